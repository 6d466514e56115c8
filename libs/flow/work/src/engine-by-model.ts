/** Several servers as one engine, for a stage with a cheap first judge: the model of a request decides which one answers. */
import { ConfigurationError, type Engine } from '@proofmill/contract';

export interface ServedModel {
  readonly model: string;
  readonly engine: Engine;
}

/** The version is that of `own`, the stage's own engine. The whole is healthy while all of its servers are. */
export function engineByModel(own: ServedModel, others: readonly ServedModel[]): Engine {
  const all = [own, ...others];
  if (others.length === 0) return own.engine;
  return {
    async models(signal) {
      const lists = await Promise.all(
        all.map(async ({ model, engine }) => (await engine.models(signal)).filter(({ id }) => id === model)),
      );
      return lists.flat();
    },
    version: (signal) => own.engine.version(signal),
    healthy: async (signal) => (await Promise.all(all.map(({ engine }) => engine.healthy(signal)))).every(Boolean),
    answer(request, signal) {
      const served = all.find(({ model }) => model === request.model);
      if (!served) throw new ConfigurationError(`no engine serves ${request.model}`);
      return served.engine.answer(request, signal);
    },
  };
}
