/** How long an engine takes for each request, and how many answers it has under way on average while it has any. */
import type { AnswerTo, Clock, Engine, EngineRequest } from '@proofmill/contract';
import type { StageEngines } from './engine-by-judge.ts';

interface RequestTimes {
  /** The same engines; what is asked of them is timed. */
  readonly engines: StageEngines;
  /** How long answers to a request were under way, summed over its answers and its tries; null where none was sent. */
  answerSecondsOf(request: EngineRequest): number | null;
  /** How long answers were under way, and how many of them on average meanwhile. */
  readonly busy: { readonly seconds: number; readonly inFlight: number };
}

export function requestTimes({ engine, firstEngine }: StageEngines, clock: Clock): RequestTimes {
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

  const timed = (asked: Engine): Engine => ({
    chargesForRequests: asked.chargesForRequests,
    models: (signal) => asked.models(signal),
    version: (signal) => asked.version(signal),
    healthy: (signal) => asked.healthy(signal),
    holdsBack: (request) => asked.holdsBack(request),
    async answer<Request extends EngineRequest>(request: Request, signal: AbortSignal): Promise<AnswerTo<Request>> {
      const answers = request.kind === 'chat' ? request.n : 1;
      const beganMs = clock.now();
      change(answers);
      try {
        return await asked.answer(request, signal);
      } finally {
        change(-answers);
        times.set(request, (times.get(request) ?? 0) + answers * (clock.now() - beganMs));
      }
    },
  });

  return {
    engines: { engine: timed(engine), ...(firstEngine ? { firstEngine: timed(firstEngine) } : {}) },
    answerSecondsOf(request) {
      const ms = times.get(request);
      return ms === undefined ? null : ms / 1000;
    },
    get busy() {
      return { seconds: busyMs / 1000, inFlight: busyMs > 0 ? answerMs / busyMs : 0 };
    },
  };
}
