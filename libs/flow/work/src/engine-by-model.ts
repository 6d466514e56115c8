/** Several servers as one engine, for a stage with a cheap first judge: the model of a request decides which one answers. */
import { ConfigurationError, type Engine, type EngineModel } from '@proofmill/contract';
import { matchesModel } from './unfit-engine.ts';

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
        all.map(async ({ model, engine }) => servedAs(model, await engine.models(signal))),
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

/** The entry of a model; one without its length where the server does not name its models. */
const servedAs = (model: string, models: readonly EngineModel[] | null): readonly EngineModel[] =>
  models === null ? [{ id: model, maxTokens: null }] : models.filter(({ id }) => matchesModel(id, model));
