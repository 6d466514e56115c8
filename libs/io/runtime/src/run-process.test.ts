import { mkdir } from 'node:fs/promises';
import { stripVTControlCharacters } from 'node:util';
import { exitCodes, IntegrityError, TerminalError } from '@proofmill/contract';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { Command, runProcess } from './index.ts';

/** What a command that fails prints, and its exit code. */
async function failing(fail: () => unknown): Promise<{ printed: string; code: unknown }> {
  let printed = '';
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    printed += String(text);
    return true;
  });
  await runProcess(
    new Command('fails').action(async () => {
      await fail();
    }),
    [],
  );
  // Colours depend on where the tests run.
  return { printed: stripVTControlCharacters(printed), code: process.exitCode };
}

describe('a command that fails', () => {
  afterEach(() => {
    process.exitCode = 0;
  });

  test('prints the sentence of a call of the system, without a stack', async () => {
    const { printed, code } = await failing(() => mkdir(import.meta.filename));
    expect(printed).toBe(`EEXIST: file already exists, mkdir '${import.meta.filename}'\n`);
    expect(code).toBe(exitCodes.unexpected);
  });

  test.each([new IntegrityError('a file differs'), new TerminalError('bad-request', 'the engine refuses it')])(
    'prints the sentence of %s, without a stack',
    async (error) => {
      const { printed } = await failing(() => {
        throw error;
      });
      expect(printed).toBe(`${error.message}\n`);
    },
  );

  test('prints the stack of what nobody has foreseen', async () => {
    const { printed, code } = await failing(() => {
      throw new RangeError('oh');
    });
    expect(printed).toMatch(/^RangeError: oh\n\s+at /);
    expect(code).toBe(exitCodes.unexpected);
  });
});
