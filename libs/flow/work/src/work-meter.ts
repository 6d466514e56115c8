/** Counts what a worker does, around its engines: answers that came, answers under way, and why none come. */
import { addTakenOver, addTokenCounts, type ItemReport, type WorkActivity } from '@proofmill/contract';
import { aroundAnswers } from './around-answers.ts';
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

export function workMeter(stageEngines: StageEngines): WorkMeter {
  const counts = { answers: 0, underWay: 0, finished: 0, failed: 0 };
  let takenOver: WorkActivity['takenOver'] = { items: 0, tokens: 0 };
  let trouble: string | null = null;

  const engines = aroundAnswers(stageEngines, (_request, answers) => {
    counts.underWay += answers;
    return (came) => {
      counts.underWay -= answers;
      if (came) counts.answers += answers;
    };
  });

  return {
    engines,
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
