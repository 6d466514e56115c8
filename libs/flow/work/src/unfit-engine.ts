import { ConfigurationError, type EngineModel, type StageDefinition } from '@proofmill/contract';

/** What a judge needs of its engine. */
type Judge = Pick<StageDefinition, 'engine' | 'sampling' | 'profile'>;

/** Throws ConfigurationError where the engine lacks a model of the stage, or has no room for the answers. */
export function refuseUnfitEngine(models: readonly EngineModel[], definition: StageDefinition): void {
  const judges: Judge[] =
    definition.kind === 'label' && definition.first ? [definition, definition.first] : [definition];
  for (const judge of judges) refuseUnfit(models, judge);
}

function refuseUnfit(models: readonly EngineModel[], { engine, sampling: { maxTokens }, profile }: Judge): void {
  const model = models.find(({ id }) => id === engine.model);
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
