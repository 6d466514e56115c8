import {
  ConfigurationError,
  type EngineModel,
  type JudgeRole,
  type StageDefinition,
  servedNames,
} from '@proofmill/contract';

/** What a judge needs of its engine. */
interface Judge extends Pick<StageDefinition, 'engine' | 'sampling' | 'profile'> {
  readonly role: JudgeRole;
}

/** Whether an id of a server's list is the model's: it may have a `*`, as in LiteLLM. */
const matchesModel = (id: string, model: string): boolean =>
  id === model || (id.includes('*') && new RegExp(`^${id.split('*').map(literally).join('.*')}$`).test(model));

const literally = (text: string): string => text.replace(/[\\^$.|?+()[\]{}]/g, '\\$&');

/** The judges of a stage, its own one first. */
export function judgesOf(definition: StageDefinition): Judge[] {
  const own: Judge = { role: 'own', ...definition };
  return definition.kind === 'label' && definition.first ? [own, { role: 'first', ...definition.first }] : [own];
}

/**
 * Throws ConfigurationError where the engine lacks the judge's model, or has no room for the answers. An engine that does not say
 * what it serves (`models` is null) will say so when it is asked.
 */
export function refuseUnfit(
  models: readonly EngineModel[] | null,
  { role, engine, sampling: { maxTokens }, profile }: Judge,
): void {
  if (models === null) return;
  const [server, path] = role === 'first' ? ["the first judge's engine", 'first.'] : ['the engine', ''];
  const model = models.find(({ id }) => matchesModel(id, engine.model));
  if (!model) {
    const served = servedNames(models.map(({ id }) => id)) || 'no model';
    throw new ConfigurationError(
      `${server} serves ${served}, the job asks for ${engine.model}: set ${path}engine.model, or start the engine with --served-model-name ${engine.model}`,
    );
  }
  if (profile.endpoint === 'chat' && model.maxTokens !== null && maxTokens >= model.maxTokens) {
    throw new ConfigurationError(
      `${path}sampling.maxTokens is ${maxTokens}, but ${server} has room for ${model.maxTokens} tokens of prompt and answer together: lower it, or raise --max-model-len (llama.cpp: --ctx-size)`,
    );
  }
}
