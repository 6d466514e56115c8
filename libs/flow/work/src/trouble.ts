/**
 * A time in which an engine answers nothing. Requests wait, and the engine is tried again, now and then, until it answers or has had long
 * enough.
 *
 *   closed     requests wait for the time of the next trial
 *   trial      one request has been let through; those behind it follow once it is answered, or has not failed for a while
 *   open       all are let through again; the trouble is over with the first answer, and closed again by a failure
 *
 * An engine that hangs is tried with harmless requests as long as it has others (see hang-watch.ts): it might lose more of them.
 */
import {
  type EngineRequest,
  isTemporary,
  RefusalError,
  type RetryableError,
  type UnavailableError,
} from '@proofmill/contract';

/** A failure that may be the engine's. */
export type TroubleError = RetryableError | UnavailableError | RefusalError;

export const isTroubleError = (error: unknown): error is TroubleError =>
  isTemporary(error) || error instanceof RefusalError;

/** The code of an engine that has requests and answers none. */
export const hangs = 'engine-hangs';

/** Between two trials: short at first, so that a hiccup costs little; never so long that a recovery goes unnoticed for half a minute. */
const firstPauseMs = 1000;
const longestPauseMs = 15_000;

/** A trial that has not failed for so long is being worked on. */
const trialMs = 5000;

/** A request that fails as a trial is the next trial too, so often: some engines fail each request once or twice. */
const mostTrials = 3;
/** Others wait this long for the request whose turn it is. */
const turnMs = 500;

/** A trouble that was shorter is not worth a sentence. */
const reportAfterMs = 5000;

type TroubleTimes = 'sinceMs' | 'nowMs' | 'longestMs';

export class Trouble {
  readonly #sinceMs: number;
  readonly #longestMs: number;
  #error: TroubleError;
  #state: 'closed' | 'trial' | 'open' = 'closed';
  /** When the next trial may begin; in a trial, when the others follow. */
  #dueMs: number;
  #pauseMs = firstPauseMs;
  /** The last trial, unless it has had enough of them. */
  #tried: EngineRequest | null = null;
  #trials = 0;
  #changed = new AbortController();
  /** Its sentence was said. */
  isReported = false;
  /** The engine has failed its health check: all requests are let through when it passes again. */
  wasDead = false;
  /** Harmless requests have failed while others were not answered: those may be lost. */
  hasHung = false;

  /** `sinceMs` is the time since which nothing is answered; `longestMs`, how long that may last. */
  constructor(error: TroubleError, { sinceMs, nowMs, longestMs }: Readonly<Record<TroubleTimes, number>>) {
    this.#error = error;
    this.#sinceMs = sinceMs;
    this.#longestMs = longestMs;
    this.#dueMs = nowMs + this.#pauseOf(error);
  }

  /** The last failure. */
  get error(): TroubleError {
    return this.#error;
  }

  /** Fires when requests that wait should look again. */
  get changed(): AbortSignal {
    return this.#changed.signal;
  }

  lastedMs(nowMs: number): number {
    return nowMs - this.#sinceMs;
  }

  /** It has lasted for a while, or the engine has asked for one. */
  isWorthASentence(nowMs: number): boolean {
    return this.lastedMs(nowMs) >= reportAfterMs || askedPauseMs(this.#error) >= reportAfterMs;
  }

  isTooLong(nowMs: number): boolean {
    return this.lastedMs(nowMs) > this.#longestMs;
  }

  /**
   * Whether a request may be sent, as a trial or with the rest; otherwise how long to wait before asking again. `isWorking`: the engine
   * has requests.
   */
  admit(request: EngineRequest, nowMs: number, isWorking: boolean): 'trial' | 'go' | { readonly waitMs: number } {
    if (isWorking && this.#error.code === hangs) return { waitMs: longestPauseMs };
    if (this.#state === 'open') return 'go';
    const isItsTurn = this.#tried === null || this.#tried === request;
    const dueMs = this.#dueMs + (this.#state === 'closed' && !isItsTurn ? turnMs : 0);
    if (nowMs < dueMs) return { waitMs: dueMs - nowMs };
    if (this.#state === 'trial') {
      this.open();
      return 'go';
    }
    if (this.#tried !== request) this.#trials = 0;
    this.#trials += 1;
    this.#tried = this.#trials < mostTrials ? request : null;
    this.#state = 'trial';
    this.#dueMs = nowMs + trialMs;
    return 'trial';
  }

  /** Whether the request is to be the next trial. */
  isNext(request: EngineRequest): boolean {
    return this.#tried === request;
  }

  /** Lets all requests through. */
  open(): void {
    this.#state = 'open';
    this.#wake();
  }

  /** The trial was given up for a reason that says nothing of the engine: the next request may be the trial. */
  trialLeft(nowMs: number): void {
    if (this.#state !== 'trial') return;
    this.#state = 'closed';
    this.#dueMs = nowMs;
    this.#wake();
  }

  failed(error: TroubleError, nowMs: number): void {
    this.#error = error;
    this.wasDead = false;
    if (this.#state === 'closed') return;
    this.#pauseMs = Math.min(longestPauseMs, this.#pauseMs * 2);
    this.#state = 'closed';
    this.#dueMs = nowMs + this.#pauseOf(error);
    this.#wake();
  }

  /** Lets those who wait look again. */
  #wake(): void {
    this.#changed.abort();
    this.#changed = new AbortController();
  }

  end(): void {
    this.#changed.abort();
  }

  /** An engine that says when to come back is taken at its word, up to the longest pause. */
  #pauseOf(error: TroubleError): number {
    return Math.min(longestPauseMs, Math.max(this.#pauseMs, askedPauseMs(error)));
  }
}

const askedPauseMs = (error: TroubleError): number => ('afterMs' in error ? error.afterMs : 0);
