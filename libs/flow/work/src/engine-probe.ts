/** A request that any healthy engine answers: it shows whether an engine works while there is nothing else to compare with. */
import {
  type Clock,
  durationOf,
  type Engine,
  type EngineRequest,
  TerminalError,
  UnavailableError,
} from '@proofmill/contract';
import { inTime } from './in-time.ts';
import { hangs, isTroubleError, type TroubleError } from './trouble.ts';

export interface EngineProbeOptions {
  readonly engine: Engine;
  readonly clock: Clock;
  /** The worker's own signal. It ends a probe, since the request that wants one may be aborted. */
  readonly signal: AbortSignal;
  /** How long the engine may take to answer one now. */
  readonly limitMs: () => number;
}

export type Probed = 'answered' | TerminalError | TroubleError;

export class EngineProbe {
  readonly #options: EngineProbeOptions;
  #shared: Promise<Probed> | null = null;
  #hasAnswered = false;
  /** The last request that was answered: the next probe is like it. */
  lastAnswered: EngineRequest | null = null;

  constructor(options: EngineProbeOptions) {
    this.#options = options;
  }

  /** Whether a probe was ever answered. */
  get hasAnswered(): boolean {
    return this.#hasAnswered;
  }

  /** Sends one, in place of `request`. Requests that want to know at the same time share it. */
  share(request: EngineRequest): Promise<Probed> {
    this.#shared ??= this.send(request).finally(() => {
      this.#shared = null;
    });
    return this.#shared;
  }

  /** Sends one. Rejects with the worker's signal, and with an error that says nothing of the engine. */
  async send(request: EngineRequest): Promise<Probed> {
    const { engine, clock, signal, limitMs } = this.#options;
    const probe = this.lastAnswered ? shortened(this.lastAnswered) : harmless(request);
    const longestMs = limitMs();
    const late = (): Error =>
      new UnavailableError(hangs, `a harmless request was not answered for ${durationOf(longestMs)}`);
    const limit = { clock, signal, longestMs, late, isHeldBack: () => engine.holdsBack(probe) };
    try {
      await inTime(limit, (limited) => engine.answer(probe, limited));
      this.#hasAnswered = true;
      return 'answered';
    } catch (error) {
      signal.throwIfAborted();
      if (isTroubleError(error) || error instanceof TerminalError) return error;
      throw error;
    }
  }
}

const text = 'Say A.';
const mostTokens = 16;

/**
 * The request with a harmless short text in place of every text, for a few tokens. All else is as in the request, so that an engine
 * that refuses a field, a role or the model refuses this too.
 */
function harmless(request: EngineRequest): EngineRequest {
  switch (request.kind) {
    case 'chat':
      return { ...shortened(request), messages: request.messages.map((message) => ({ ...message, content: text })) };
    case 'score':
      return { ...request, messages: request.messages.map((message) => ({ ...message, content: text })) };
    case 'tokens':
      return {
        ...request,
        input:
          typeof request.input === 'string' ? text : request.input.map((message) => ({ ...message, content: text })),
      };
    case 'logprobs':
      return { ...request, prompt: typeof request.prompt === 'string' ? text : request.prompt.slice(0, mostTokens) };
  }
}

/** The request for one short answer: of one that was answered before, a proof that the engine still does. */
const shortened = <Request extends EngineRequest>(request: Request): Request =>
  request.kind === 'chat' ? { ...request, n: 1, maxTokens: Math.min(request.maxTokens, mostTokens) } : request;
