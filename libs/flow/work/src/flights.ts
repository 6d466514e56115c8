/** The requests that an engine has, since when it has been silent, and how long its answers take. */
import type { Clock, EngineRequest } from '@proofmill/contract';

/** How many of the last answers count for the longest one. */
const mostLengths = 256;
/** The first answers that come are the shortest: the longest is not known before so many, and so many for each request in flight. */
const leastLengths = 32;
const lengthsEach = 4;

/** A request that the engine has. */
export interface Flight {
  readonly request: EngineRequest;
  readonly sinceMs: number;
  /** Answers that had come when it was sent. */
  readonly answersBefore: number;
  readonly abort: AbortController;
  /** It is from before a silence, after which the engine has answered something else. */
  isInDoubt: boolean;
}

export class Flights {
  readonly #clock: Clock;
  readonly #flights = new Set<Flight>();
  readonly #lengthsMs: number[] = [];
  readonly #losses = new WeakMap<EngineRequest, number>();
  #answers = 0;
  #silentSinceMs = 0;
  #keptMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get count(): number {
    return this.#flights.size;
  }

  /** Answers so far. */
  get answers(): number {
    return this.#answers;
  }

  /** Since when none of the requests has ended. */
  get silentSinceMs(): number {
    return this.#silentSinceMs;
  }

  /** When a request that was in doubt was answered last. */
  get keptMs(): number {
    return this.#keptMs;
  }

  /** How long the longest of the last answers took; null while too few have come to tell. */
  get longestMs(): number | null {
    const isKnown = this.#answers >= Math.max(leastLengths, lengthsEach * this.count);
    return isKnown ? this.longestYetMs : null;
  }

  /** The same of the answers that have come, however few; 0 before the first. */
  get longestYetMs(): number {
    return Math.max(0, ...this.#lengthsMs);
  }

  all(): Flight[] {
    return [...this.#flights];
  }

  /** How often the request was taken for lost. */
  lossesOf(request: EngineRequest): number {
    return this.#losses.get(request) ?? 0;
  }

  /**
   * Sends a request, and counts it as in flight until it has ended. Rejects as `answer` does, or with the reason for which it was
   * aborted here. `signal` aborts it as well.
   */
  async send<Answer>(
    request: EngineRequest,
    signal: AbortSignal,
    answer: (signal: AbortSignal) => Promise<Answer>,
  ): Promise<Answer> {
    signal.throwIfAborted();
    const flight = this.#begin(request);
    const { abort } = flight;
    const onAbort = (): void => abort.abort(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      const answered = await answer(abort.signal);
      this.#noteAnswer(flight);
      return answered;
    } catch (error) {
      if (abort.signal.aborted) throw abort.signal.reason;
      this.#silentSinceMs = this.#clock.now();
      throw error;
    } finally {
      signal.removeEventListener('abort', onAbort);
      this.#flights.delete(flight);
    }
  }

  /** Ends a request that the engine is thought to have lost; it is to be sent again. */
  lose(flight: Flight, reason: Error): void {
    this.#losses.set(flight.request, this.lossesOf(flight.request) + 1);
    this.#silentSinceMs = this.#clock.now();
    flight.abort.abort(reason);
  }

  /** Ends all requests. */
  endAll(reason: Error): void {
    for (const { abort } of this.#flights) abort.abort(reason);
  }

  #begin(request: EngineRequest): Flight {
    const nowMs = this.#clock.now();
    if (this.#flights.size === 0) this.#silentSinceMs = nowMs;
    const flight = {
      request,
      sinceMs: nowMs,
      answersBefore: this.#answers,
      abort: new AbortController(),
      isInDoubt: false,
    };
    this.#flights.add(flight);
    return flight;
  }

  #noteAnswer({ sinceMs, isInDoubt }: Flight): void {
    const nowMs = this.#clock.now();
    this.#lengthsMs[this.#answers % mostLengths] = nowMs - sinceMs;
    this.#answers += 1;
    this.#silentSinceMs = nowMs;
    if (isInDoubt) this.#keptMs = nowMs;
  }
}
