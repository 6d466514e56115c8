/** One request to the engine, asked until it is answered, or until it is clear that it will not be. */
import {
  type AnswerTo,
  type Chance,
  type Clock,
  ConfigurationError,
  type Engine,
  type EngineRequest,
  RetryableError,
  TerminalError,
  UnavailableError,
} from '@proofmill/contract';
import type { EngineWatch } from './engine-watch.ts';
import type { Slots } from './slots.ts';

/** The engine died while it had the request: the item may be why. */
export class SuspectError extends Error {}

/** Errors of the engine's own, not of overload, are forgiven this often for one request. */
const FORGIVEN_ERRORS = 4;
/** A lost connection to an engine that answers all the same (a keep-alive race) is forgiven this often. */
const FORGIVEN_RESETS = 2;
/** An engine with nothing else to do that says it is busy this often will always say so. */
const IDLE_REFUSALS = 10;
/** Between a refused connection and the next try, when the engine's health is good. */
const REACHABLE_AGAIN_MS = 200;
const LONGEST_WAIT_MS = 30_000;

export interface AskContext {
  readonly engine: Engine;
  readonly watch: EngineWatch;
  readonly slots: Slots;
  readonly clock: Clock;
  readonly chance: Chance;
  /** Called on every answer: the worker makes progress. */
  readonly onAnswer: () => void;
}

/**
 * The engine's answer. TerminalError when it cannot be had for this request, SuspectError when the engine died with it,
 * UnavailableError when the engine is gone, ConfigurationError when no request can succeed.
 */
export async function askEngine<Request extends EngineRequest>(
  request: Request,
  context: AskContext,
  signal: AbortSignal,
): Promise<AnswerTo<Request>> {
  const { engine, watch, slots, clock, chance } = context;
  const answers = request.kind === 'chat' ? request.n : 1;
  let errors = 0;
  let resets = 0;
  let idleRefusals = 0;
  for (let attempt = 0; ; attempt += 1) {
    await slots.take(answers, signal);
    let waitMs = 0;
    try {
      await watch.ready(signal);
      const answer = await engine.answer(request, signal);
      context.onAnswer();
      return answer;
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof UnavailableError) {
        if (error.code === 'engine-gone') throw error;
        const dead = await watch.lost(signal);
        if (error.code === 'engine-died') {
          resets += 1;
          if (dead || resets > FORGIVEN_RESETS) throw new SuspectError(error.message, { cause: error });
        }
        waitMs = REACHABLE_AGAIN_MS;
      } else if (error instanceof RetryableError) {
        if (error.code === 'busy') {
          idleRefusals = slots.total - slots.free <= answers ? idleRefusals + 1 : 0;
          if (idleRefusals >= IDLE_REFUSALS) {
            throw new ConfigurationError(
              `the engine refuses a request of ${answers} answers as too busy while it has nothing else to do: raise its --max-num-queued-reqs or lower fleet.slots (${error.message})`,
              { cause: error },
            );
          }
        } else {
          errors += 1;
          if (errors > FORGIVEN_ERRORS) {
            const failureClass = error.code === 'timeout' ? 'timeout' : 'engine-error';
            throw new TerminalError(failureClass, error.message, { cause: error });
          }
        }
        waitMs = Math.min(LONGEST_WAIT_MS, error.afterMs * 2 ** Math.min(attempt, 6)) * (0.5 + chance());
      } else {
        throw error;
      }
    } finally {
      slots.give(answers);
    }
    if (waitMs > 0) await clock.sleep(waitMs, signal);
  }
}
