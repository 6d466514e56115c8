/**
 * Notices an engine that hangs: it has requests, and neither answers nor refuses any. Long answers look the same from outside. What
 * tells them apart is a harmless request, which an engine that works answers soon.
 *
 *   heard     a request has ended a short while ago: nothing is done
 *   silent    none has ended for longer than four times the longest answer: a harmless request is sent. If it is answered, the
 *             engine works, and the next one follows after twice the time
 *   hanging   a harmless request was not answered: the engine is in trouble. They are sent one after the other, until anything
 *             is answered
 *   doubt     the engine has answered something else after a silence: what it had before may be lost. It is sent again if none
 *             of it is answered in a time in which a working engine would have answered some of it
 *
 * A request that is taken for lost has shown nothing against its item. Each time it gets four times as long as the time before, so
 * that an answer which takes longer than all others comes in the end. One that never comes ends with the time-out of the transport,
 * and that is a failure.
 */
import type { Clock } from '@proofmill/contract';
import type { Flight, Flights } from './flights.ts';
import type { TroubleError } from './trouble.ts';

/** What a harmless request has met. `refused`: the engine works, and does not take it now. */
export type Tested = 'answered' | 'refused' | TroubleError;

export interface HangWatchOptions {
  readonly clock: Clock;
  readonly flights: Flights;
  /** Fires when the worker drains: no harmless request is sent any more. */
  readonly stop: AbortSignal;
  /** The worker's own signal. */
  readonly signal: AbortSignal;
  /** Sends a harmless request, and resolves within `probeLimitMs`. */
  readonly test: () => Promise<Tested>;
  /** Called when a harmless request has failed, and nothing else has ended since `sinceMs`. */
  readonly onHang: (error: TroubleError, sinceMs: number) => void;
  /** Called when a harmless request was answered. */
  readonly onAnswer: () => void;
  /** Called when the worker drains with requests in flight. */
  readonly onDrain: () => void;
}

/** The engine is thought to have lost a request: it is sent again. */
export class LostError extends Error {}

/** The shortest silence that is looked into, and the one while it is not known how long answers take. */
const leastSilenceMs = 15_000;
const unknownSilenceMs = 60_000;
/** It is that much longer than the longest of the last answers. */
const silenceFactor = 4;

/** Limits of a harmless request, which takes no longer than others. The next one follows: a recovery is noticed within this time. */
const leastProbeMs = 10_000;
const mostProbeMs = 60_000;
const probeFactor = 2;

/** What was in flight has this long at least. */
const leastGraceMs = 15_000;
const unknownGraceMs = 60_000;
/** A working engine answers one of n requests within 4/n of the longest answer, but for one time in fifty. */
const graceFactor = 4;
/** Where no harmless request has failed, answers may just be long. */
const unprovenFactor = 10;
/** It is that much longer each time that the same request is taken for lost. */
const lossFactor = 4;

/** A request is lost that is out so long, and ten times as long as the longest answer, while so many others were answered. */
const leastStrayMs = 10 * 60_000;
const strayFactor = 10;
const strayAnswers = 200;

export class HangWatch {
  readonly #options: HangWatchOptions;
  #isWatching = false;
  /** The silence under way, and when the next harmless request is due. */
  #silence = { sinceMs: 0, pauseMs: 0, dueMs: 0 };
  /** When what is in doubt began to be; whether a harmless request had failed. */
  #doubt = { sinceMs: 0, isProven: false };

  constructor(options: HangWatchOptions) {
    this.#options = options;
  }

  /** A harmless request that takes longer is no sign of health. */
  get probeLimitMs(): number {
    const { longestMs } = this.#options.flights;
    return longestMs === null ? mostProbeMs : between(leastProbeMs, probeFactor * longestMs, mostProbeMs);
  }

  /** Watches as long as requests are in flight. */
  begin(): void {
    if (!this.#isWatching) void this.#watch();
  }

  /** Takes note that an engine which hung answers again: what it had may be lost. */
  recovered(): void {
    this.#doubtAll(this.#options.flights.all(), true);
  }

  async #watch(): Promise<void> {
    const { clock, flights, signal, stop, onDrain } = this.#options;
    const end = AbortSignal.any([signal, stop]);
    this.#isWatching = true;
    while (flights.count > 0 && !end.aborted) {
      this.#endLost(clock.now());
      const waitMs = this.#dueMs() - clock.now();
      // A silence or a doubt that begins meanwhile is over no earlier than after the shortest one.
      if (waitMs > 0) await clock.sleep(Math.min(waitMs, leastSilenceMs, leastGraceMs), end);
      else await this.#test();
    }
    this.#isWatching = false;
    if (stop.aborted && !signal.aborted) onDrain();
  }

  /** When there is something to do next. */
  #dueMs(): number {
    this.#noteSilence();
    const inDoubt = this.#inDoubt();
    return Math.min(this.#silence.dueMs, ...inDoubt.map((flight) => this.#lostAtMs(flight, inDoubt.length)));
  }

  #noteSilence(): void {
    const { silentSinceMs: sinceMs, longestMs } = this.#options.flights;
    if (sinceMs === this.#silence.sinceMs && this.#silence.pauseMs > 0) return;
    const pauseMs = longestMs === null ? unknownSilenceMs : Math.max(leastSilenceMs, silenceFactor * longestMs);
    this.#silence = { sinceMs, pauseMs, dueMs: sinceMs + pauseMs };
  }

  async #test(): Promise<void> {
    const { clock, flights, test, onAnswer, onHang } = this.#options;
    const { sinceMs, pauseMs } = this.#silence;
    const sentMs = clock.now();
    const older = flights.all();
    const tested = await test();
    if (tested === 'answered') onAnswer();
    const isStillSilent = flights.count > 0 && flights.silentSinceMs === sinceMs;
    if (!isStillSilent) return;
    if (tested === 'answered' || tested === 'refused') {
      this.#silence = { sinceMs, pauseMs: 2 * pauseMs, dueMs: clock.now() + 2 * pauseMs };
      const areLengthsKnown = flights.longestMs !== null;
      if (tested === 'answered' && areLengthsKnown && this.#inDoubt().length === 0) this.#doubtAll(older, false);
      return;
    }
    this.#silence = { sinceMs, pauseMs, dueMs: Math.max(clock.now(), sentMs + leastProbeMs) };
    for (const flight of flights.all()) flight.isInDoubt = false;
    onHang(tested, sinceMs);
  }

  #doubtAll(flights: readonly Flight[], isProven: boolean): void {
    this.#doubt = { sinceMs: this.#options.clock.now(), isProven };
    for (const flight of flights) flight.isInDoubt = true;
  }

  #inDoubt(): Flight[] {
    return this.#options.flights.all().filter(({ isInDoubt }) => isInDoubt);
  }

  #endLost(nowMs: number): void {
    const { flights } = this.#options;
    const doubtful = this.#inDoubt().length;
    for (const flight of flights.all()) {
      const isLost = flight.isInDoubt ? nowMs >= this.#lostAtMs(flight, doubtful) : this.#isStray(flight, nowMs);
      if (isLost) flights.lose(flight, new LostError('The engine answers, and has not answered this.'));
    }
  }

  /** When a request in doubt, one of so many, is taken for lost. An answer to one of them shows that the engine has kept them. */
  #lostAtMs({ request }: Flight, doubtful: number): number {
    const { flights } = this.#options;
    const { sinceMs, isProven } = this.#doubt;
    const share = Math.min(1, graceFactor / doubtful) * (isProven ? 1 : unprovenFactor);
    const { longestMs } = flights;
    const graceMs =
      longestMs === null ? Math.max(unknownGraceMs, flights.longestYetMs) : Math.max(leastGraceMs, longestMs * share);
    return Math.max(sinceMs, flights.keptMs) + graceMs * lossFactor ** flights.lossesOf(request);
  }

  #isStray({ request, sinceMs, answersBefore }: Flight, nowMs: number): boolean {
    const { flights } = this.#options;
    if (flights.longestMs === null || flights.answers - answersBefore < strayAnswers) return false;
    const longestMs = Math.max(leastStrayMs, strayFactor * flights.longestMs);
    return nowMs - sinceMs >= longestMs * lossFactor ** flights.lossesOf(request);
  }
}

const between = (least: number, value: number, most: number): number => Math.max(least, Math.min(value, most));
