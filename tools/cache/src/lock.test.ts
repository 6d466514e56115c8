import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lockFolder } from './lock.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'proofmill-lock-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Resolves when the log has a line with this beginning. */
function logged(beginning: string): { seen: Promise<void>; log: (line: string) => void } {
  const { promise: seen, resolve } = Promise.withResolvers<void>();
  return { seen, log: (line) => (line.startsWith(beginning) ? resolve() : undefined) };
}

test('a second process reports that it waits, and gets the folder when the first releases it', async () => {
  const first = await lockFolder(folder, { work: 'build', log: () => undefined });
  const { seen, log } = logged('Another build,');
  const second = lockFolder(folder, { work: 'build', log });
  await seen;
  await first[Symbol.asyncDispose]();
  await (await second)[Symbol.asyncDispose]();
});

test('a step that outlives its parent keeps the folder until it ends', async () => {
  const first = await lockFolder(folder, { work: 'set-up', log: () => undefined });
  const step = spawn('sleep', ['60'], { stdio: ['ignore', 'ignore', 'ignore', first.fileDescriptor] });
  await once(step, 'spawn');
  await first[Symbol.asyncDispose]();
  const { seen, log } = logged('Another set-up,');
  const second = lockFolder(folder, { work: 'set-up', log });
  await seen;
  step.kill('SIGKILL');
  await (await second)[Symbol.asyncDispose]();
});

test('a wait can be aborted', async () => {
  await using _first = await lockFolder(folder, { work: 'build', log: () => undefined });
  const stop = new AbortController();
  const { seen, log } = logged('Another build,');
  const second = lockFolder(folder, { work: 'build', log, signal: stop.signal });
  await seen;
  stop.abort();
  await expect(second).rejects.toThrow('aborted');
});
