import type { Engine, EngineRequest } from '@proofmill/contract';
import type { StageEngines } from './engine-by-judge.ts';

/** Called as a request for so many answers is sent; what it returns is called once it has ended, with whether answers came. */
export type Around = (request: EngineRequest, answers: number) => (came: boolean) => void;

/** The same engines, watched. */
export const aroundAnswers = ({ engine, firstEngine }: StageEngines, around: Around): StageEngines => ({
  engine: watched(engine, around),
  ...(firstEngine ? { firstEngine: watched(firstEngine, around) } : {}),
});

const watched = (asked: Engine, around: Around): Engine => ({
  chargesForRequests: asked.chargesForRequests,
  models: (signal) => asked.models(signal),
  version: (signal) => asked.version(signal),
  healthy: (signal) => asked.healthy(signal),
  holdsBack: (request) => asked.holdsBack(request),
  async answer(request, signal) {
    const ended = around(request, request.kind === 'chat' ? request.n : 1);
    let came = false;
    try {
      const answer = await asked.answer(request, signal);
      came = true;
      return answer;
    } finally {
      ended(came);
    }
  },
});
