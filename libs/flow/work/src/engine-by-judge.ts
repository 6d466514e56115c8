/** Several servers as one engine, for a stage with a cheap first judge: the judge of a request decides which one answers. */
import type { Engine } from '@proofmill/contract';

export interface StageEngines {
  /** The engine of the stage's own judge. */
  readonly engine: Engine;
  /** The engine of the stage's first judge. Default: `engine`. */
  readonly firstEngine?: Engine;
}

/** Models and version are those of `engine`. The whole is healthy while both of its servers are, and charges if one does. */
export function engineByJudge({ engine, firstEngine = engine }: StageEngines): Engine {
  if (firstEngine === engine) return engine;
  return {
    chargesForRequests: engine.chargesForRequests || firstEngine.chargesForRequests,
    models: (signal) => engine.models(signal),
    version: (signal) => engine.version(signal),
    healthy: async (signal) =>
      (await Promise.all([engine.healthy(signal), firstEngine.healthy(signal)])).every(Boolean),
    answer: (request, signal) => (request.judge === 'first' ? firstEngine : engine).answer(request, signal),
    holdsBack: (request) => (request.judge === 'first' ? firstEngine : engine).holdsBack(request),
  };
}
