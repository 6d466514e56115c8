/** One request to the engine, asked until it is answered, or until it is clear that it will not be. */
import {
  type AnswerTo,
  type Chance,
  type Clock,
  ConfigurationError,
  type Engine,
  type EngineRequest,
  RefusalError,
  RetryableError,
  TerminalError,
  UnavailableError,
} from '@proofmill/contract';
import type { EngineHealth } from './engine-health.ts';
import { type Ends, enoughEvidence } from './evidence.ts';
import { HandedBackError } from './handed-back.ts';
import { LostError } from './hang-watch.ts';
import type { Slots } from './slots.ts';
import { isTroubleError, type TroubleError } from './trouble.ts';

export interface AskContext {
  readonly engine: Engine;
  /** What is known of the engine, from requests like this one. */
  readonly healthOf: (request: EngineRequest) => EngineHealth;
  readonly slots: Slots;
  /** The place of the item in the queue for slots: items that began earlier go first, so that they end. */
  readonly place: number;
  /** Fires when no request is to be sent any more. */
  readonly stop: AbortSignal;
  readonly clock: Clock;
  readonly chance: Chance;
}

/** The engine died while it had the request: the item may be the cause. */
export class SuspectError extends Error {}

export interface AskedRequest<Request extends EngineRequest> {
  readonly request: Request;
  /** A refusal is an answer to whoever asks: it is not looked into. */
  readonly mayFail: boolean;
}

/**
 * The engine's answer. Rejects with TerminalError when it cannot be had for this request, SuspectError when the engine died with
 * it, UnavailableError when the engine is gone, ConfigurationError or RefusalError when no request can succeed, HandedBackError when
 * `stop` fires and no answer is on its way.
 */
export async function askEngine<Request extends EngineRequest>(
  { request, mayFail }: AskedRequest<Request>,
  context: AskContext,
  signal: AbortSignal,
): Promise<AnswerTo<Request>> {
  const { slots, place, stop, clock } = context;
  const answers = answersOf(request);
  const health = context.healthOf(request);
  const tries = new Tries(request, mayFail, health, context);
  for (;;) {
    await slots.take(answers, signal, place);
    let waitMs = 0;
    try {
      do {
        await health.enter(request, signal);
        if (stop.aborted) throw new HandedBackError();
        tries.begin();
        const tried = await tryOnce(request, health, context, signal);
        if (signal.aborted) health.left();
        signal.throwIfAborted();
        if ('answer' in tried) {
          health.answered(request);
          return tried.answer;
        }
        if (stop.aborted) throw new HandedBackError();
        waitMs = await tries.failed(tried.error);
        signal.throwIfAborted();
      } while (health.isNextTrial(request));
    } finally {
      slots.give(answers);
    }
    if (waitMs > 0) await clock.sleep(waitMs, AbortSignal.any([signal, stop]));
  }
}

async function tryOnce<Request extends EngineRequest>(
  request: Request,
  health: EngineHealth,
  { engine }: AskContext,
  signal: AbortSignal,
): Promise<{ readonly answer: AnswerTo<Request> } | { readonly error: unknown }> {
  try {
    return { answer: await health.send(request, signal, (sent) => engine.answer(request, sent)) };
  } catch (error) {
    return { error };
  }
}

const answersOf = (request: EngineRequest): number => (request.kind === 'chat' ? request.n : 1);

/** The first wait after a failure that is held against the item, and the longest one. */
const firstWaitMs = 1000;
const longestWaitMs = 30_000;
/** Between a connection that was refused by an engine that is alive and the next try. */
const reconnectMs = 200;
/** So often an engine with nothing else to do may refuse a request as too busy before it is asked for a single answer. */
const mostIdleRefusals = 3;
/** So often requests may be refused as too many, with none answered meanwhile, before all of them wait. */
const mostBusyRefusals = 8;

/** The failed tries of one request, and what they have shown so far. */
class Tries {
  readonly #request: EngineRequest;
  readonly #mayFail: boolean;
  readonly #health: EngineHealth;
  readonly #context: AskContext;
  /** What had ended at the last failure; when the request was sent, before the first. */
  #before: Ends | null = null;
  #evidence = 0;
  #waits = 0;
  #idleRefusals = 0;

  constructor(request: EngineRequest, mayFail: boolean, health: EngineHealth, context: AskContext) {
    this.#request = request;
    this.#mayFail = mayFail;
    this.#health = health;
    this.#context = context;
  }

  begin(): void {
    this.#before ??= this.#health.ends;
  }

  /** Resolves with how long to wait before the next try; rejects where there is none. */
  async failed(error: unknown): Promise<number> {
    if (error instanceof LostError) {
      this.#before = null;
      return 0;
    }
    if (error instanceof TerminalError) {
      if (!this.#mayFail && error.code !== 'unsupported') await this.#health.refused(this.#request, error);
      throw error;
    }
    if (!isTroubleError(error) || error.code === 'engine-gone') throw error;
    if (error instanceof RetryableError && error.code === 'busy') return this.#refusedAsBusy(error);
    if (!(error instanceof UnavailableError)) return this.#weigh(error);
    const isDead = await this.#health.isDead();
    if (error.code === 'engine-died' && !isDead) return this.#weigh(error);
    if (isDead) this.#health.unfit(error, isDead);
    if (error.code === 'engine-died') throw new SuspectError(error.message, { cause: error });
    if (!isDead && !this.#othersWereAnswered) this.#health.unfit(error);
    return reconnectMs;
  }

  /** A failure that may be the item's or the engine's. */
  async #weigh(error: TroubleError): Promise<number> {
    const finding = await this.#health.failed(this.#request, error, this.#before ?? this.#health.ends);
    this.#before = this.#health.ends;
    if (finding === 'trouble') return 0;
    this.#evidence += finding.weight;
    if (this.#evidence < enoughEvidence) return this.#nextWaitMs(firstWaitMs);
    const said = error instanceof RefusalError ? error.said : error.message;
    throw new TerminalError(classOf(error), `${said} Other requests were answered meanwhile.`, {
      cause: error,
    });
  }

  /** A queue that is full empties as its requests are answered: until then it is asked now and then, not by everyone. */
  async #refusedAsBusy(error: RetryableError): Promise<number> {
    const refusals = this.#health.refusedAsBusy();
    const isOthersWork = this.#health.isWorking || this.#othersWereAnswered;
    this.#before = this.#health.ends;
    if (isOthersWork && !this.#health.isInTrouble && refusals < mostBusyRefusals)
      return this.#nextWaitMs(error.afterMs);
    if (!isOthersWork) await this.#refuseHopelessSize(error);
    this.#health.unfit(error);
    return 0;
  }

  /** @throws ConfigurationError when an idle engine takes a request for one answer, and never one for so many */
  async #refuseHopelessSize(error: RetryableError): Promise<void> {
    const answers = answersOf(this.#request);
    this.#idleRefusals += 1;
    if (answers === 1 || this.#idleRefusals < mostIdleRefusals) return;
    if (!(await this.#health.answersOne(this.#request))) return;
    throw new ConfigurationError(
      `the engine refuses a request of ${answers} answers as too busy while it has nothing else to do: raise its --max-num-queued-reqs or lower fleet.slots (${error.message})`,
      { cause: error },
    );
  }

  get #othersWereAnswered(): boolean {
    return this.#before !== null && this.#health.ends.answered > this.#before.answered;
  }

  #nextWaitMs(firstMs: number): number {
    const waitMs = Math.min(longestWaitMs, firstMs * 2 ** Math.min(this.#waits, 6));
    this.#waits += 1;
    return waitMs * (0.5 + this.#context.chance());
  }
}

function classOf(error: TroubleError): 'timeout' | 'bad-request' | 'engine-error' {
  if (error instanceof RefusalError) return 'bad-request';
  return error.code === 'timeout' ? 'timeout' : 'engine-error';
}
