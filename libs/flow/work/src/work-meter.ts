/** Counts what a worker does, around its engine: how many answers came, how many are under way, and why none come. */
import {
  type AnswerTo,
  type Clock,
  type Engine,
  type EngineRequest,
  type ItemReport,
  isTemporary,
  type WorkActivity,
} from '@proofmill/contract';
import type { StageEngines } from './engine-by-judge.ts';

/** A busy engine refuses now and then: only a time without any answer is worth a sentence. */
const troubleAfterMs = 5000;

export interface WorkMeter {
  /** The same engines; what is asked of them counts. */
  readonly engines: StageEngines;
  /** Counts the outcome of an item: `work` takes it as its option of this name. */
  readonly onOutcome: (report: ItemReport) => void;
  read(): WorkActivity;
}

export function workMeter({ engine, firstEngine }: StageEngines, clock: Clock): WorkMeter {
  const counts = { answers: 0, underWay: 0, finished: 0, failed: 0 };
  let trouble: { readonly sinceMs: number; readonly sentence: string } | null = null;

  /** Watches a call: the engine is in trouble from its first temporary failure to its next success. */
  const watched = async <Result>(call: Promise<Result>): Promise<Result> => {
    try {
      const result = await call;
      trouble = null;
      return result;
    } catch (error) {
      if (isTemporary(error)) trouble = { sinceMs: trouble?.sinceMs ?? clock.now(), sentence: error.message };
      throw error;
    }
  };

  const counted = (asked: Engine): Engine => ({
    models: (signal) => watched(asked.models(signal)),
    version: (signal) => asked.version(signal),
    healthy: (signal) => asked.healthy(signal),
    async answer<Request extends EngineRequest>(request: Request, signal: AbortSignal): Promise<AnswerTo<Request>> {
      const answers = request.kind === 'chat' ? request.n : 1;
      counts.underWay += answers;
      try {
        const answer = await watched(asked.answer(request, signal));
        counts.answers += answers;
        return answer;
      } finally {
        counts.underWay -= answers;
      }
    },
  });

  return {
    engines: { engine: counted(engine), ...(firstEngine ? { firstEngine: counted(firstEngine) } : {}) },
    onOutcome({ type }) {
      if (type === 'suspect') return;
      counts.finished += 1;
      if (type === 'failed') counts.failed += 1;
    },
    read: () => ({
      ...counts,
      trouble: trouble !== null && clock.now() - trouble.sinceMs >= troubleAfterMs ? trouble.sentence : null,
    }),
  };
}
