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

/** What a temporary error may say besides its message, which leaves it out: not everybody who reads it has to run anything again. */
interface TemporaryOptions extends ErrorOptions {
  /** The end of "Run it again when ..". Default: by the code. */
  readonly runAgainWhen?: string;
}

/** Try again after `afterMs`; nobody is to blame. Examples: 429, 503 busy, a lost publish acknowledgement. */
export class RetryableError extends ProofmillError {
  readonly afterMs: number;
  /** The end of "Run it again when ..", for whoever gives up on it. */
  readonly runAgainWhen: string;
  constructor(code: string, message: string, options: TemporaryOptions & { afterMs?: number } = {}) {
    super(code, message, options);
    this.afterMs = options.afterMs ?? 1000;
    this.runAgainWhen = options.runAgainWhen ?? runAgainByCode(code);
  }
}

/** The other side is away: refused, reset, dead engine, vanished stream. Wait for it, and exit with 75 in the end. */
export class UnavailableError extends ProofmillError {
  /** The end of "Run it again when ..", for whoever gives up on it. */
  readonly runAgainWhen: string;
  constructor(code: string, message: string, options: TemporaryOptions = {}) {
    super(code, message, options);
    this.runAgainWhen = options.runAgainWhen ?? runAgainByCode(code);
  }
}

/** When it helps to run something again that ended with a temporary error, by its code. */
function runAgainByCode(code: string): string {
  if (code.startsWith('engine-') || code === 'timeout') return 'the engine answers';
  if (code === 'busy') return 'the engine has less to do';
  if (code.startsWith('nats-') || code === 'stream-missing') return 'NATS answers';
  if (code === 'full') return 'the stream has room: collectors make it';
  if (code === 's3') return 'the object store answers';
  if (code === 'kubernetes') return 'the API server answers';
  return 'that has passed';
}

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
  /** Path in the output folder of the object that is damaged, where it is one. */
  readonly object: string | undefined;
  constructor(message: string, options: ErrorOptions & { readonly object?: string } = {}) {
    super('integrity', message, options);
    this.object = options.object;
  }
}

/** Whether waiting may help: the other side is busy or away, and what was asked of it is right. */
export const isTemporary = (error: unknown): error is RetryableError | UnavailableError =>
  error instanceof RetryableError || error instanceof UnavailableError;

/**
 * Whether the message of an error is all that a person needs: it is one of ours, or one of the system with its call and path. Any
 * other error is a mistake in the program, which only its stack explains.
 */
export const isForeseen = (error: unknown): error is Error =>
  error instanceof ProofmillError || (error instanceof Error && 'syscall' in error && 'code' in error);

/** The sentence that ends a process: what happened, and when it helps to run it again. */
export function lastSentence(error: Error): string {
  const when = whenToRunAgain(error);
  return when === null ? error.message : `${error.message.replace(/[.\s]+$/, '')}. Run it again when ${when}.`;
}

function whenToRunAgain(error: Error): string | null {
  if (isTemporary(error)) return error.runAgainWhen;
  return error instanceof RefusalError && error.isTemporary ? 'the account has room again' : null;
}

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
  // A request that can never succeed becomes an outcome, except where it was all that a command had to do.
  if (error instanceof ConfigurationError || error instanceof TerminalError) return exitCodes.configuration;
  if (error instanceof RefusalError) return error.isTemporary ? exitCodes.temporary : exitCodes.configuration;
  if (isTemporary(error)) return exitCodes.temporary;
  return exitCodes.unexpected;
}
