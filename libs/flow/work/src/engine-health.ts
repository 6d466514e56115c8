/**
 * What all requests of one kind to one model know of their engine: whether it answers, and whose failure a failure is (see
 * evidence.ts).
 *
 *   well       requests are sent
 *   trouble    nothing is answered: requests wait while the engine is tried (see trouble.ts), until it answers one of them. An
 *              engine that hangs is noticed by hang-watch.ts
 *   given up   it was in trouble for too long: every request rejects, and the worker releases its tasks and ends
 */
import {
  ConfigurationError,
  durationOf,
  type Engine,
  type EngineRequest,
  RefusalError,
  TerminalError,
  UnavailableError,
} from '@proofmill/contract';
import { EngineProbe } from './engine-probe.ts';
import { type Ends, RecentEnds, weightBesideProbe, weightOf } from './evidence.ts';
import { Flights } from './flights.ts';
import { HandedBackError } from './handed-back.ts';
import { HangWatch, type Tested } from './hang-watch.ts';
import { hangs, type Trouble, type TroubleError } from './trouble.ts';
import { Troubles, type TroublesOptions } from './troubles.ts';

export interface HealthOptions extends TroublesOptions {
  readonly engine: Engine;
  /** Fires when the worker drains: it no longer waits for an engine in trouble. */
  readonly stop: AbortSignal;
  /** The worker's own signal. It ends checks and probes, since the request that wants them may be aborted. */
  readonly signal: AbortSignal;
}

/** So many requests that fail one after the other, and nothing that was ever answered, are the engine's failure. */
const mostFailing = 5;
/** So many items refused one after the other are not refused for what they say. */
const mostRefused = 20;

/** What a failed request has shown: `weight` of evidence against its item, or that the engine is in trouble. */
export type Finding = { readonly weight: number } | 'trouble';

export class EngineHealth {
  readonly #options: HealthOptions;
  readonly #flights: Flights;
  readonly #watch: HangWatch;
  readonly #probe: EngineProbe;
  readonly #troubles: Troubles;
  #ends: Ends = { answered: 0, failed: 0 };
  /** Requests that have failed since the last answer. */
  readonly #failing = new Set<EngineRequest>();
  #refusedInARow = 0;
  #busyInARow = 0;
  readonly #recent = new RecentEnds();
  #checking: Promise<boolean> | null = null;

  constructor(options: HealthOptions) {
    this.#options = options;
    this.#flights = new Flights(options.clock);
    this.#probe = new EngineProbe({ ...options, limitMs: () => this.#watch.probeLimitMs });
    this.#troubles = new Troubles(options);
    this.#watch = new HangWatch({
      clock: options.clock,
      flights: this.#flights,
      stop: options.stop,
      signal: options.signal,
      test: () => this.#test(),
      onHang: (error, sinceMs) => this.#hangs(error, sinceMs),
      onAnswer: () => this.#recover(),
      onDrain: () => this.#drain(),
    });
  }

  /** Requests that have ended so far. */
  get ends(): Ends {
    return this.#ends;
  }

  /** Resolves when a request may be sent. Rejects when the engine is given up, when the worker drains, or with the signal's reason. */
  async enter(request: EngineRequest, signal: AbortSignal): Promise<void> {
    const { clock, stop } = this.#options;
    for (;;) {
      signal.throwIfAborted();
      const trouble = this.#troubles.current;
      if (trouble === null) return;
      this.#refuseHopeless(trouble);
      const admitted = trouble.admit(request, clock.now(), this.isWorking);
      if (admitted === 'go') return;
      if (admitted === 'trial') {
        if (await this.#isWorthATrial(trouble)) return;
      } else {
        await clock.sleep(admitted.waitMs, AbortSignal.any([signal, stop, trouble.changed]));
      }
    }
  }

  /** Whether the engine has requests of this worker. */
  get isWorking(): boolean {
    return this.#flights.count > 0;
  }

  /** Whether it answers nothing, as far as is known. */
  get isInTrouble(): boolean {
    return this.#troubles.current !== null;
  }

  /** Whether the request is to try the engine next: it keeps its slots. */
  isNextTrial(request: EngineRequest): boolean {
    return this.#troubles.current?.isNext(request) ?? false;
  }

  /**
   * Sends a request, and counts it as in flight until it has ended. Rejects as `answer` does, with LostError when the request is to be
   * sent again, and with UnavailableError or HandedBackError when the engine hangs and is given up, or the worker drains.
   */
  send<Answer>(
    request: EngineRequest,
    signal: AbortSignal,
    answer: (signal: AbortSignal) => Promise<Answer>,
  ): Promise<Answer> {
    const sent = this.#flights.send(request, signal, answer);
    this.#watch.begin();
    return sent;
  }

  /** Takes note of an answer: the engine is well. */
  answered(request: EngineRequest): void {
    this.#ends = { ...this.#ends, answered: this.#ends.answered + 1 };
    this.#probe.lastAnswered = request;
    this.#recent.note(request, 'answered');
    this.#failing.clear();
    this.#refusedInARow = 0;
    this.#busyInARow = 0;
    this.#recover();
  }

  /** Takes note of a request that was aborted. */
  left(): void {
    this.#troubles.current?.trialLeft(this.#options.clock.now());
  }

  /**
   * Takes note of a refusal of one prompt, and resolves if it is the prompt's. Rejects with ConfigurationError where the engine refuses
   * whatever it is asked.
   */
  async refused(request: EngineRequest, error: TerminalError): Promise<void> {
    this.#recover();
    this.#refusedInARow += 1;
    const isUnproven = this.#probe.lastAnswered === null && !this.#probe.hasAnswered;
    const isOften = this.#refusedInARow >= mostRefused;
    if (!isUnproven && !isOften) return;
    const probed = await this.#probe.share(request);
    // Where nothing was ever answered, what so many prompts in a row share is the job.
    if (probed instanceof TerminalError || (isOften && this.#probe.lastAnswered === null)) {
      throw new ConfigurationError(`The engine refuses every request of this stage. ${error.message}`, {
        cause: error,
      });
    }
    if (probed === 'answered') this.#refusedInARow = 0;
  }

  /** Takes note of a failed try, with what had ended when the request failed before, or was sent. */
  async failed(request: EngineRequest, error: TroubleError, before: Ends): Promise<Finding> {
    const othersUntilNow = this.#ends;
    this.#ends = { ...this.#ends, failed: this.#ends.failed + 1 };
    this.#recent.note(request, 'failed');
    this.#failing.add(request);
    const weight = weightOf(before, othersUntilNow);
    if (!this.isInTrouble && weight === 0) {
      const shown = await this.#shownByProbe(request, error);
      if (!this.isInTrouble && shown === 'its own') return { weight: weightBesideProbe(this.#recent.others(request)) };
      // Others may have been answered since the probe was sent.
      if (!this.isInTrouble && this.#ends.answered > othersUntilNow.answered) return { weight: 0 };
    }
    if (!this.isInTrouble && weight > 0) return { weight };
    this.#troubles.enter(error);
    return 'trouble';
  }

  /** Takes note of a failure that is the engine's: it is busy, or cannot be reached; `isDead`: it fails its health check. */
  unfit(error: TroubleError, isDead = false): void {
    this.#troubles.enter(error).wasDead = isDead;
  }

  /** Takes note that the engine refused a request as too busy, and resolves with how often it has since its last answer. */
  refusedAsBusy(): number {
    this.#busyInARow += 1;
    return this.#busyInARow;
  }

  /** Whether the engine is dead, asked when a request has lost its connection. */
  async isDead(): Promise<boolean> {
    const { engine, signal } = this.#options;
    this.#checking ??= engine.healthy(signal).finally(() => {
      this.#checking = null;
    });
    const isHealthy = await this.#checking;
    // An aborted check says nothing.
    signal.throwIfAborted();
    return !isHealthy;
  }

  /** Whether a harmless request is answered: the engine works, for one answer at a time. */
  async answersOne(request: EngineRequest): Promise<boolean> {
    return (await this.#probe.share(request)) === 'answered';
  }

  /** Whose a failure is that nothing else was answered beside. A refusal of everything from the start is thrown. */
  async #shownByProbe(request: EngineRequest, error: TroubleError): Promise<'its own' | 'the engine'> {
    const probed = await this.#probe.share(request);
    if (probed === 'answered') {
      return this.#probe.lastAnswered !== null || this.#failing.size < mostFailing ? 'its own' : 'the engine';
    }
    if (this.#probe.lastAnswered === null && error instanceof RefusalError && probed instanceof RefusalError)
      throw error;
    return 'the engine';
  }

  /** Sends a harmless request, since nothing else is answered. */
  async #test(): Promise<Tested> {
    const { engine } = this.#options;
    const unanswered = this.#flights.all().find(({ request }) => !engine.holdsBack(request));
    // A silence in which nothing was sent is our own.
    if (!unanswered) return 'refused';
    try {
      const probed = await this.#probe.send(unanswered.request);
      if (probed === 'answered' || probed instanceof TerminalError) return 'answered';
      return this.isInTrouble || !saysNo(probed) ? probed : 'refused';
    } catch {
      // The worker has ended, or it was an answer that has nothing to do with silence.
      return 'refused';
    }
  }

  /** Takes note that nothing is answered, a harmless request included. */
  #hangs(error: TroubleError, sinceMs: number): void {
    const nowMs = this.#options.clock.now();
    const silence = `The engine has answered nothing for ${durationOf(nowMs - sinceMs)}.`;
    const trouble = this.#troubles.enter(error.code === hangs ? new UnavailableError(hangs, silence) : error, sinceMs);
    trouble.hasHung = true;
    const hopeless = this.#troubles.hopeless(trouble);
    if (hopeless) this.#flights.endAll(hopeless);
  }

  /** An engine that hangs is not waited for. */
  #drain(): void {
    if (this.#troubles.current?.hasHung) this.#flights.endAll(new HandedBackError());
  }

  #recover(): void {
    if (this.#troubles.end()?.hasHung) this.#watch.recovered();
  }

  /** Before a trial of an engine that lost connections: no request is spent on one that fails its health check. */
  async #isWorthATrial(trouble: Trouble): Promise<boolean> {
    if (!(trouble.error instanceof UnavailableError)) return true;
    if (!(await this.isDead())) {
      if (trouble.wasDead) trouble.open();
      return true;
    }
    trouble.failed(trouble.error, this.#options.clock.now());
    trouble.wasDead = true;
    this.#troubles.report(trouble);
    return false;
  }

  #refuseHopeless(trouble: Trouble): void {
    if (this.#options.stop.aborted) throw new HandedBackError();
    const hopeless = this.#troubles.hopeless(trouble);
    if (hopeless) throw hopeless;
  }
}

/** Whether an engine that works may say so: it has enough to do, or dislikes a key. */
const saysNo = (error: TroubleError): boolean => error instanceof RefusalError || error.code === 'busy';
