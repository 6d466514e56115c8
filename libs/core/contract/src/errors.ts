/**
 * Errors are named by what happens next, not by where they came from. Adapters translate what their client throws into one
 * of these, with the original as `cause`; flows decide by `instanceof` alone.
 */
import type { FailureClass } from './failure-classes.ts';

abstract class ProofmillError<Code extends string = string> extends Error {
  readonly code: Code;
  constructor(code: Code, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** Try again after `afterMs`; nobody is to blame. Examples: 429, 503 busy, a lost publish acknowledgement. */
export class RetryableError extends ProofmillError {
  readonly afterMs: number;
  constructor(code: string, message: string, options: ErrorOptions & { afterMs?: number } = {}) {
    super(code, message, options);
    this.afterMs = options.afterMs ?? 1000;
  }
}

/** The other side is away: refused, reset, dead engine, vanished stream. Wait for it, and exit with 75 in the end. */
export class UnavailableError extends ProofmillError {}

/**
 * The other side refuses by a rule of its own: a key, a quota, a model or a route that it does not have. That nearly always
 * concerns every request, and now and then one alone (a firewall that dislikes a text): who knows of other requests decides.
 * Where it concerns all of them the process ends with 2, or with 75 if waiting may lift it (`isTemporary`: a quota).
 */
export class RefusalError extends ProofmillError<'key' | 'quota' | 'model' | 'route'> {
  /** What the other side did, without what follows from it if it does so to every request. */
  readonly said: string;
  constructor(code: RefusalError['code'], message: string, options: ErrorOptions & { said?: string } = {}) {
    super(code, message, options);
    this.said = options.said ?? message;
  }

  get isTemporary(): boolean {
    return this.code === 'quota';
  }
}

/** This request can never succeed, others can. Becomes a failed outcome of class `code`. Example: an overlong prompt. */
export class TerminalError extends ProofmillError<FailureClass> {}

/** The job, the configuration or the usage is wrong: nothing can succeed. Exit with 2, never retried. */
export class ConfigurationError extends ProofmillError {
  constructor(message: string, options?: ErrorOptions) {
    super('configuration', message, options);
  }
}

/** What was promised does not hold: a committed file differs, a digest is wrong. Never worked around. */
export class IntegrityError extends ProofmillError {
  constructor(message: string, options?: ErrorOptions) {
    super('integrity', message, options);
  }
}

/** Whether waiting may help: the other side is busy or away, and what was asked of it is right. */
export const isTemporary = (error: unknown): error is RetryableError | UnavailableError =>
  error instanceof RetryableError || error instanceof UnavailableError;

/** Exit codes of every command. */
export const exitCodes = {
  done: 0,
  unexpected: 1,
  configuration: 2,
  limitBroken: 3,
  temporary: 75,
  drained: 143,
} as const;

/** The exit code that an error ends a process with. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof ConfigurationError) return exitCodes.configuration;
  if (error instanceof RefusalError) return error.isTemporary ? exitCodes.temporary : exitCodes.configuration;
  if (isTemporary(error)) return exitCodes.temporary;
  return exitCodes.unexpected;
}
