import { ConfigurationError, type EngineModel, type StageDefinition } from '@proofmill/contract';

/** What a judge needs of its engine. */
type Judge = Pick<StageDefinition, 'engine' | 'sampling' | 'profile'>;

/** Whether an id of a server's list is the model's: it may have a `*`, as in LiteLLM. */
export const matchesModel = (id: string, model: string): boolean =>
  id === model || (id.includes('*') && new RegExp(`^${id.split('*').map(literally).join('.*')}$`).test(model));

const literally = (text: string): string => text.replace(/[\\^$.|?+()[\]{}]/g, '\\$&');

/**
 * Throws ConfigurationError where the engine lacks a model of the stage, or has no room for the answers. An engine that does not say
 * what it serves (`models` is null) will say so when it is asked.
 */
export function refuseUnfitEngine(models: readonly EngineModel[] | null, definition: StageDefinition): void {
  if (models === null) return;
  const judges: Judge[] =
    definition.kind === 'label' && definition.first ? [definition, definition.first] : [definition];
  for (const judge of judges) refuseUnfit(models, judge);
}

function refuseUnfit(models: readonly EngineModel[], { engine, sampling: { maxTokens }, profile }: Judge): void {
  const model = models.find(({ id }) => matchesModel(id, engine.model));
  if (!model) {
    const served = models.map(({ id }) => id).join(', ') || 'no model';
    throw new ConfigurationError(
      `the engine serves ${served}, the job asks for ${engine.model}: set engine.model, or start the engine with --served-model-name ${engine.model}`,
    );
  }
  if (profile.endpoint === 'chat' && model.maxTokens !== null && maxTokens >= model.maxTokens) {
    throw new ConfigurationError(
      `sampling.maxTokens is ${maxTokens}, but the engine has room for ${model.maxTokens} tokens of prompt and answer together: lower it, or raise --max-model-len`,
    );
  }
}
