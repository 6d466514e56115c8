import { describe, expect, it } from 'vitest';
import {
  ConfigurationError,
  exitCodeOf,
  exitCodes,
  IntegrityError,
  isTemporary,
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
    for (const error of [new IntegrityError('m'), new TerminalError('prompt-too-long', 'm'), new Error('m'), 'm', null])
      expect(exitCodeOf(error)).toBe(1);
  });

  it('are temporary where waiting may help', () => {
    expect([new RetryableError('busy', 'm'), new UnavailableError('gone', 'm')].every(isTemporary)).toBe(true);
    expect(
      [new IntegrityError('m'), new TerminalError('prompt-too-long', 'm'), new Error('m'), null].some(isTemporary),
    ).toBe(false);
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
