/** What happens after a failed try of a request. Pure; ask.ts does it. */
import { type Chance, ConfigurationError, RetryableError, TerminalError, UnavailableError } from '@proofmill/contract';

/** The engine died while it had the request: the item may be the cause. */
export class SuspectError extends Error {}

/** Errors of the engine's own, not of overload, that one request survives. */
const forgivenErrors = 4;
/** Connections lost to an engine that is alive (a keep-alive race) that one request survives. */
const forgivenResets = 2;
/** An engine that is idle and says this often in a row that it is busy will always say so. */
const mostIdleRefusals = 10;
/** Between a lost connection and the next try. */
const reconnectMs = 200;
const longestWaitMs = 30_000;

/** The failures of one request so far. */
export interface Failures {
  readonly tries: number;
  readonly errors: number;
  readonly resets: number;
  /** In a row. */
  readonly idleRefusals: number;
}

export const noFailures: Failures = { tries: 0, errors: 0, resets: 0, idleRefusals: 0 };

/** One failed try. */
export interface FailedTry {
  readonly error: unknown;
  /** Answers that the request asked for. */
  readonly answers: number;
  /** The engine fails its health check. */
  readonly engineIsDead: boolean;
  /** Nothing else was in the engine. */
  readonly engineWasIdle: boolean;
}

/** Try again after a wait, or give up with an error. */
export type AfterFailure =
  | { readonly kind: 'wait'; readonly waitMs: number; readonly failures: Failures }
  | { readonly kind: 'give up'; readonly error: unknown };

export function afterFailure(failed: FailedTry, before: Failures, chance: Chance): AfterFailure {
  const { error } = failed;
  const failures = { ...before, tries: before.tries + 1 };
  if (isConnectionLoss(error)) return afterConnectionLoss(error, failed, failures);
  if (!(error instanceof RetryableError)) return { kind: 'give up', error };
  const waitMs = Math.min(longestWaitMs, error.afterMs * 2 ** Math.min(before.tries, 6)) * (0.5 + chance());
  return error.code === 'busy'
    ? afterRefusal(error, failed, failures, waitMs)
    : afterEngineError(error, failures, waitMs);
}

/** Whether the connection to the engine failed, which leaves open whether the engine is alive. */
export const isConnectionLoss = (error: unknown): error is UnavailableError =>
  error instanceof UnavailableError && error.code !== 'engine-gone';

/** The engine is waited for. A request that it had, and may have died of, is a suspect. */
function afterConnectionLoss(error: UnavailableError, { engineIsDead }: FailedTry, failures: Failures): AfterFailure {
  if (error.code !== 'engine-died') return { kind: 'wait', waitMs: reconnectMs, failures };
  const resets = failures.resets + 1;
  if (engineIsDead || resets > forgivenResets) {
    return { kind: 'give up', error: new SuspectError(error.message, { cause: error }) };
  }
  return { kind: 'wait', waitMs: reconnectMs, failures: { ...failures, resets } };
}

/** A busy engine is waited for, as long as it has anything to be busy with. */
function afterRefusal(
  error: RetryableError,
  { answers, engineWasIdle }: FailedTry,
  failures: Failures,
  waitMs: number,
): AfterFailure {
  const idleRefusals = engineWasIdle ? failures.idleRefusals + 1 : 0;
  if (idleRefusals < mostIdleRefusals) return { kind: 'wait', waitMs, failures: { ...failures, idleRefusals } };
  const sentence = `the engine refuses a request of ${answers} answers as too busy while it has nothing else to do: raise its --max-num-queued-reqs or lower fleet.slots (${error.message})`;
  return { kind: 'give up', error: new ConfigurationError(sentence, { cause: error }) };
}

function afterEngineError(error: RetryableError, failures: Failures, waitMs: number): AfterFailure {
  const errors = failures.errors + 1;
  if (errors <= forgivenErrors) return { kind: 'wait', waitMs, failures: { ...failures, errors } };
  const failureClass = error.code === 'timeout' ? 'timeout' : 'engine-error';
  return { kind: 'give up', error: new TerminalError(failureClass, error.message, { cause: error }) };
}
