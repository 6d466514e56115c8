/** How long an engine takes for each request, and how many answers it has under way on average while it has any. */
import type { Clock, EngineRequest } from '@proofmill/contract';
import { aroundAnswers } from './around-answers.ts';
import type { StageEngines } from './engine-by-judge.ts';

interface RequestTimes {
  /** The same engines; what is asked of them is timed. */
  readonly engines: StageEngines;
  /** How long answers to a request were under way, summed over its answers and its tries; null where none was sent. */
  answerSecondsOf(request: EngineRequest): number | null;
  /** How long answers were under way, and how many of them on average meanwhile. */
  readonly busy: { readonly seconds: number; readonly inFlight: number };
}

export function requestTimes(stageEngines: StageEngines, clock: Clock): RequestTimes {
  const times = new WeakMap<EngineRequest, number>();
  let underWay = 0;
  let changedMs = 0;
  let busyMs = 0;
  let answerMs = 0;

  const change = (by: number): void => {
    const nowMs = clock.now();
    if (underWay > 0) {
      busyMs += nowMs - changedMs;
      answerMs += underWay * (nowMs - changedMs);
    }
    underWay += by;
    changedMs = nowMs;
  };

  const engines = aroundAnswers(stageEngines, (request, answers) => {
    const beganMs = clock.now();
    change(answers);
    return () => {
      change(-answers);
      times.set(request, (times.get(request) ?? 0) + answers * (clock.now() - beganMs));
    };
  });

  return {
    engines,
    answerSecondsOf(request) {
      const ms = times.get(request);
      return ms === undefined ? null : ms / 1000;
    },
    get busy() {
      return { seconds: busyMs / 1000, inFlight: busyMs > 0 ? answerMs / busyMs : 0 };
    },
  };
}
