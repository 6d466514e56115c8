import { expect, test } from 'vitest';
import { ToolError } from './tool-error.ts';
import { until } from './until.ts';

test('it asks until there is an answer, and resolves with it', async () => {
  const answers = [null, undefined, false, 0];
  expect(await until('a number comes', () => answers.shift(), { everyMs: 1 })).toBe(0);
  expect(answers).toEqual([]);
});

test('at the deadline it rejects with what it waited for, as a temporary error', async () => {
  const waiting = until('the moon is full', () => null, { withinMs: 10, everyMs: 1 });
  await expect(waiting).rejects.toThrow('Not within 0.01 s: the moon is full.');
  const error = await waiting.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ToolError);
  expect(error).toMatchObject({ disposition: 'temporary', exitCode: 75 });
});

test('a signal ends the wait', async () => {
  const stop = new AbortController();
  const waiting = until('nothing', () => null, { signal: stop.signal });
  stop.abort();
  await expect(waiting).rejects.toThrow('aborted');
});
