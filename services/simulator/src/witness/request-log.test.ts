import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ask, framed, post, withVerdict } from '../client.fixture.ts';
import { createSimulator, pairKey, readRequestLog } from '../index.ts';

const prompt = framed('Q?', 'first text', 'second text');
const swapped = framed('Q?', 'second text', 'first text');

test('an answer is asked for twice when pair, order and seed are equal', async () => {
  const simulator = createSimulator();
  await ask(simulator, prompt, { n: 4, seed: 10 });
  await ask(simulator, swapped, { n: 4, seed: 10 });
  await ask(simulator, prompt, { seed: 14 });
  await ask(simulator, withVerdict(prompt, 'A'), { seed: 10 });
  expect(simulator.log()).toEqual({ requests: 4, answers: 10, distinct: 10, askedTwice: 0, cancelled: 0 });
  await ask(simulator, prompt, { n: 2, seed: 13 });
  expect(simulator.log()).toEqual({ requests: 5, answers: 12, distinct: 10, askedTwice: 2, cancelled: 0 });
});

test('both orders of a pair have one key', async () => {
  const simulator = createSimulator();
  await ask(simulator, prompt, { seed: 1 });
  await ask(simulator, swapped, { seed: 1 });
  const key = pairKey('Q?', 'first text', 'second text');
  expect(pairKey('Q?', 'second text', 'first text')).toBe(key);
  expect(simulator.logEntries()).toEqual([
    { key, kind: 'judge', order: 0, seed: 1, asked: 1, answered: 1 },
    { key, kind: 'judge', order: 1, seed: 1, asked: 1, answered: 1 },
  ]);
});

test('the admin routes show and reset the log', async () => {
  const simulator = createSimulator();
  await ask(simulator, prompt);
  const log = async (query = ''): Promise<unknown> =>
    (await simulator.fetch(`http://simulator/admin/log${query}`)).json();
  expect(await log()).toEqual({ totals: { requests: 1, answers: 1, distinct: 1, askedTwice: 0, cancelled: 0 } });
  expect(await log('?entries=true')).toMatchObject({ entries: [{ kind: 'judge', asked: 1 }] });
  await post(simulator.fetch, '/admin/reset', {});
  expect(simulator.log().requests).toBe(0);
});

test('the file adds up what was asked over several lives', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'simulator-'));
  const logFile = join(folder, 'requests.log');
  for (let life = 0; life < 2; life++) {
    const simulator = createSimulator({ logFile, faults: true });
    await ask(simulator, prompt, { n: 3 });
    await expect(ask(simulator, framed('Q?', 'SIMULATE:reset', 'x'), { seed: life })).rejects.toThrow('fetch failed');
    await simulator.close();
  }
  expect(readRequestLog(logFile).totals).toEqual({ requests: 4, answers: 6, distinct: 5, askedTwice: 3, cancelled: 0 });
  rmSync(folder, { recursive: true });
});
