/** A process that is asked to stop ends soon: while it starts, and while it plans. */
import { existsSync } from 'node:fs';
import { mkdtempDisposable, open, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '@proofmill/process';
import { expect, onTestFinished, test } from 'vitest';
import { startCommand } from './command.ts';

const slow = { timeout: 120_000 };

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtempDisposable(join(tmpdir(), 'proofmill-stops-'));
  onTestFinished(() => folder.remove());
  return folder.path;
}

test('a process that gets SIGTERM while it starts ends, whatever has been loaded by then', slow, async () => {
  const mark = await temporaryFolder();
  const delaysMs = [0, 20, 50, 100, 200, 400];
  const ends = delaysMs.map(async (delayMs) => {
    const words = ['coordinator', '--job', join(mark, 'none.yaml'), '--nats', 'nats://127.0.0.1:9'];
    const command = startCommand({ name: `stopped after ${delayMs} ms`, words, mark });
    await sleep(delayMs);
    command.kill('SIGTERM');
    const { code, signal } = await command.ended;
    return signal ?? code;
  });
  // 2: it was fast enough to find that there is no job.
  for (const end of await Promise.all(ends)) expect(['SIGTERM', 143, 2]).toContain(end);
});

test('a run that is stopped while it plans ends in the middle of a shard', slow, async () => {
  const folder = await temporaryFolder();
  const corpus = join(folder, 'pairs.jsonl');
  const text = 'It was a bright cold day in April, and the clocks were striking thirteen. '.repeat(12);
  await using file = await open(corpus, 'w');
  // One shard, which takes seconds to plan.
  for (let block = 0; block < 100; block += 1) {
    const lines = Array.from({ length: 600 }, (_, line) =>
      JSON.stringify({ prompt: `question ${block}-${line}`, chosen: `${line} ${text}`, rejected: `${text} ${line}` }),
    );
    await file.write(`${lines.join('\n')}\n`);
  }
  const out = join(folder, 'out');
  const job = {
    ...{ apiVersion: 'proofmill.dev/v1alpha1', kind: 'ScoringJob', metadata: { name: 'stopped' } },
    spec: {
      corpus: { uris: [corpus] },
      pipeline: [{ stage: 'label', judge: 'gram-r2', engine: { model: 'm', baseUrl: 'http://127.0.0.1:9' } }],
      output: { uri: out },
    },
  };
  await writeFile(join(folder, 'job.yaml'), JSON.stringify(job));
  const command = startCommand({ name: 'run', words: ['run', join(folder, 'job.yaml')], mark: folder });
  onTestFinished(() => command.kill('SIGKILL'));
  const working = join(out, '.proofmill');
  await until('a pack is being written', async () => {
    const planned = await readdir(join(working, 'label/plan')).catch((): string[] => []);
    const written = await readdir(join(working, 'tmp')).catch((): string[] => []);
    return planned.includes('START') && written.length > 0;
  });
  command.kill('SIGTERM');
  expect(await command.ended, command.stderr).toEqual({ code: 143, signal: null });
  expect(existsSync(join(working, 'label/packs/00000.jsonl.zst'))).toBe(false);
  expect(await readdir(join(working, 'label/plan'))).toEqual(['START']);
  expect(await readdir(join(working, 'tmp'))).toEqual([]);
});
