import { expect, test } from 'vitest';
import { CommandError, runCommand } from './command.ts';

const sh = (script: string, options: Parameters<typeof runCommand>[2] = {}) =>
  runCommand('/bin/sh', ['-c', script], options);

test('the result is the standard output of the command and nothing else', async () => {
  expect(await sh('cat; echo aside >&2', { input: 'in and out' })).toBe('in and out');
});

test('a failing command is an error with its exit code and the end of its output', async () => {
  const error = await sh('echo first; echo then >&2; exit 3', { doing: 'trying' }).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(CommandError);
  expect(error).toMatchObject({ exitCode: 3, message: expect.stringMatching(/^trying failed \(exit code 3\):\n/) });
  expect((error as CommandError).output.split('\n').sort()).toEqual(['', 'first', 'then']);
});

test('a command killed by a signal, or one that cannot be started, is an error', async () => {
  await expect(sh('kill -9 $$')).rejects.toThrow('killed by SIGKILL');
  await expect(runCommand('/nowhere/at-all', [])).rejects.toThrow(/^\/nowhere\/at-all failed: .*ENOENT/);
});

test('the signal of the caller ends the command', async () => {
  const stop = new AbortController();
  const running = sh('echo up; exec sleep 60', { signal: stop.signal });
  stop.abort();
  await expect(running).rejects.toThrow('aborted');
});
