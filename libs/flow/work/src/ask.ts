/** One request to the engine, asked until it is answered, or until it is clear that it will not be. */
import type { AnswerTo, Chance, Clock, Engine, EngineRequest } from '@proofmill/contract';
import { afterFailure, isConnectionLoss, noFailures } from './after-failure.ts';
import type { EngineWatch } from './engine-watch.ts';
import type { Slots } from './slots.ts';

export interface AskContext {
  readonly engine: Engine;
  readonly watch: EngineWatch;
  readonly slots: Slots;
  readonly clock: Clock;
  readonly chance: Chance;
  /** Called at every answer: the engine makes progress. */
  readonly onAnswer: () => void;
}

/**
 * The engine's answer. Rejects with TerminalError when it cannot be had for this request, SuspectError when the engine died with
 * it, UnavailableError when the engine is gone, ConfigurationError when no request can succeed.
 */
export async function askEngine<Request extends EngineRequest>(
  request: Request,
  context: AskContext,
  signal: AbortSignal,
): Promise<AnswerTo<Request>> {
  const { engine, watch, slots, clock, chance } = context;
  const answers = request.kind === 'chat' ? request.n : 1;
  for (let failures = noFailures; ; ) {
    await slots.take(answers, signal);
    let waitMs: number;
    try {
      await watch.ready(signal);
      const answer = await engine.answer(request, signal);
      context.onAnswer();
      return answer;
    } catch (error) {
      signal.throwIfAborted();
      const engineIsDead = isConnectionLoss(error) && (await watch.lost(signal));
      const engineWasIdle = slots.total - slots.free <= answers;
      const next = afterFailure({ error, answers, engineIsDead, engineWasIdle }, failures, chance);
      if (next.kind === 'give up') throw next.error;
      ({ waitMs, failures } = next);
    } finally {
      slots.give(answers);
    }
    if (waitMs > 0) await clock.sleep(waitMs, signal);
  }
}
