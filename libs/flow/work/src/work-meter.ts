/** Counts what a worker does, around its engines: answers that came, answers under way, and why none come. */
import {
  type AnswerTo,
  addTakenOver,
  addTokenCounts,
  type Engine,
  type EngineRequest,
  type ItemReport,
  type WorkActivity,
} from '@proofmill/contract';
import type { StageEngines } from './engine-by-judge.ts';

export interface WorkMeter {
  /** The same engines; what is asked of them counts. */
  readonly engines: StageEngines;
  /** Counts the outcome of an item: `work` takes it as its option of this name. */
  readonly onOutcome: (report: ItemReport, how: { readonly takenOver: boolean }) => void;
  /** Takes why the engine answers nothing: `work` takes it as its option of this name. */
  readonly onEngineTrouble: (why: string | null) => void;
  read(): WorkActivity;
}

export function workMeter({ engine, firstEngine }: StageEngines): WorkMeter {
  const counts = { answers: 0, underWay: 0, finished: 0, failed: 0 };
  let takenOver: WorkActivity['takenOver'] = { items: 0, tokens: 0 };
  let trouble: string | null = null;

  const counted = (asked: Engine): Engine => ({
    chargesForRequests: asked.chargesForRequests,
    models: (signal) => asked.models(signal),
    version: (signal) => asked.version(signal),
    healthy: (signal) => asked.healthy(signal),
    holdsBack: (request) => asked.holdsBack(request),
    async answer<Request extends EngineRequest>(request: Request, signal: AbortSignal): Promise<AnswerTo<Request>> {
      const answers = request.kind === 'chat' ? request.n : 1;
      counts.underWay += answers;
      try {
        const answer = await asked.answer(request, signal);
        counts.answers += answers;
        return answer;
      } finally {
        counts.underWay -= answers;
      }
    },
  });

  return {
    engines: { engine: counted(engine), ...(firstEngine ? { firstEngine: counted(firstEngine) } : {}) },
    onOutcome(report, how) {
      if (report.type === 'suspect') return;
      counts.finished += 1;
      if (report.type === 'failed') counts.failed += 1;
      if (how.takenOver) {
        const { prompt, completion } = report.tokens;
        takenOver = addTakenOver(takenOver, { items: 1, tokens: addTokenCounts(prompt, completion) });
      }
    },
    onEngineTrouble(why) {
      trouble = why;
    },
    read: () => ({
      ...counts,
      takenOver,
      trouble,
    }),
  };
}
