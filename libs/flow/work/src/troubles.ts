/** The trouble that an engine is in, if it is in one: when it is said, for how long it may last, and when it is over. */
import { type Clock, durationOf, RefusalError, UnavailableError } from '@proofmill/contract';
import { hangs, Trouble, type TroubleError } from './trouble.ts';

export interface TroublesOptions {
  readonly clock: Clock;
  /** How long an engine may answer nothing before the worker gives it up. */
  readonly engineDownMs: number;
  /** Called with a sentence when a trouble begins and when it is over. */
  readonly onTrouble: (sentence: string) => void;
  /** Called with why nothing is answered, as long as that is so, and with null when it is over. */
  readonly onState: (why: string | null) => void;
}

/** Refusals are lifted by people or not at all: an engine that has answered before gets this long. */
const refusalMs = 2 * 60_000;

export class Troubles {
  readonly #options: TroublesOptions;
  #current: Trouble | null = null;

  constructor(options: TroublesOptions) {
    this.#options = options;
  }

  get current(): Trouble | null {
    return this.#current;
  }

  /** Takes note of a failure that is the engine's. `sinceMs`: since when nothing is answered. */
  enter(error: TroubleError, sinceMs = this.#options.clock.now()): Trouble {
    const nowMs = this.#options.clock.now();
    if (this.#current) this.#current.failed(error, nowMs);
    else this.#current = new Trouble(error, { sinceMs, nowMs, longestMs: this.#longestMs(error) });
    this.report(this.#current);
    return this.#current;
  }

  /** Says what the trouble is, once it is worth a sentence. */
  report(trouble: Trouble): void {
    const { clock, onState, onTrouble } = this.#options;
    if (!trouble.isWorthASentence(clock.now())) return;
    onState(trouble.error.message);
    if (trouble.isReported) return;
    trouble.isReported = true;
    const longest = durationOf(this.#longestMs(trouble.error));
    onTrouble(`${trouble.error.message} Requests wait while the engine is tried again, for ${longest} at most.`);
  }

  /** Takes note that the engine answers. Gives the trouble that is over with that. */
  end(): Trouble | null {
    const trouble = this.#current;
    if (trouble === null) return null;
    const { clock, onTrouble, onState } = this.#options;
    if (trouble.isReported) onTrouble(`The engine answers again, after ${durationOf(trouble.lastedMs(clock.now()))}.`);
    onState(null);
    trouble.end();
    this.#current = null;
    return trouble;
  }

  /** With what requests end if the trouble has lasted too long. */
  hopeless(trouble: Trouble): Error | null {
    const nowMs = this.#options.clock.now();
    const { error } = trouble;
    if (!trouble.isTooLong(nowMs)) return null;
    if (error instanceof RefusalError) return error;
    const silence = `the engine has answered nothing for ${durationOf(trouble.lastedMs(nowMs))}`;
    const message = error.code === hangs ? silence : `${silence}: ${error.message}`;
    return new UnavailableError('engine-gone', message, { cause: error });
  }

  #longestMs(error: TroubleError): number {
    const { engineDownMs } = this.#options;
    return error instanceof RefusalError ? Math.min(refusalMs, engineDownMs) : engineDownMs;
  }
}
