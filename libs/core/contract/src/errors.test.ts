import { describe, expect, it } from 'vitest';
import {
  ConfigurationError,
  exitCodeOf,
  exitCodes,
  IntegrityError,
  isForeseen,
  isTemporary,
  lastSentence,
  RefusalError,
  RetryableError,
  TerminalError,
  UnavailableError,
} from './index.ts';

describe('errors', () => {
  it('end a process with what happens next: 2 never again, 75 run me again, 1 unexpected', () => {
    expect(exitCodeOf(new ConfigurationError('m'))).toBe(2);
    for (const code of ['key', 'model', 'route'] as const) expect(exitCodeOf(new RefusalError(code, 'm'))).toBe(2);
    expect(exitCodeOf(new RefusalError('quota', 'm'))).toBe(75);
    expect(exitCodeOf(new RetryableError('busy', 'm'))).toBe(75);
    expect(exitCodeOf(new UnavailableError('gone', 'm'))).toBe(75);
    expect(exitCodeOf(new TerminalError('prompt-too-long', 'm'))).toBe(2);
    for (const error of [new IntegrityError('m'), new Error('m'), 'm', null]) expect(exitCodeOf(error)).toBe(1);
  });

  it('are temporary where waiting may help', () => {
    expect([new RetryableError('busy', 'm'), new UnavailableError('gone', 'm')].every(isTemporary)).toBe(true);
    expect(
      [new IntegrityError('m'), new TerminalError('prompt-too-long', 'm'), new Error('m'), null].some(isTemporary),
    ).toBe(false);
  });

  it('say when it helps to run it again, and only where it helps', () => {
    const away = new UnavailableError('disk', 'There is no space left.', { runAgainWhen: 'there is room' });
    expect(lastSentence(away)).toBe('There is no space left. Run it again when there is room.');
    expect(lastSentence(new UnavailableError('engine-gone', 'it is gone'))).toBe(
      'it is gone. Run it again when the engine answers.',
    );
    expect(lastSentence(new RetryableError('unheard-of', 'm'))).toBe('m. Run it again when that has passed.');
    expect(lastSentence(new ConfigurationError('wrong.'))).toBe('wrong.');
  });

  it('are foreseen, and need no stack, unless the program is mistaken', () => {
    const missing = Object.assign(new Error('ENOENT'), { code: 'ENOENT', errno: -2, syscall: 'open' });
    const foreseen = [
      new IntegrityError('m'),
      new TerminalError('bad-request', 'm'),
      new ConfigurationError('m'),
      missing,
    ];
    expect(foreseen.filter(isForeseen)).toEqual(foreseen);
    const mistakes = [new TypeError('m'), Object.assign(new Error('m'), { code: 'ERR_INVALID_ARG_TYPE' }), 'm', null];
    expect(mistakes.filter(isForeseen)).toEqual([]);
  });

  it('have the exit codes that scripts rely on', () => {
    expect(exitCodes).toEqual({
      done: 0,
      unexpected: 1,
      configuration: 2,
      limitBroken: 3,
      temporary: 75,
      drained: 143,
    });
  });

  it('keep their name, code, message and cause', () => {
    const cause = new Error('root');
    const errors = [
      [new RetryableError('busy', 'm', { cause, afterMs: 5 }), 'RetryableError', 'busy'],
      [new UnavailableError('gone', 'm', { cause }), 'UnavailableError', 'gone'],
      [new TerminalError('prompt-too-long', 'm', { cause }), 'TerminalError', 'prompt-too-long'],
      [new ConfigurationError('m', { cause }), 'ConfigurationError', 'configuration'],
      [new IntegrityError('m', { cause }), 'IntegrityError', 'integrity'],
    ] as const;
    for (const [error, name, code] of errors) {
      expect(error).toBeInstanceOf(Error);
      expect({ name: error.name, code: error.code, message: error.message }).toEqual({ name, code, message: 'm' });
      expect(error.cause).toBe(cause);
    }
  });

  it('say how long to wait, a second where nobody knows', () => {
    expect(new RetryableError('busy', 'm', { afterMs: 5 }).afterMs).toBe(5);
    expect(new RetryableError('busy', 'm').afterMs).toBe(1000);
  });
});
