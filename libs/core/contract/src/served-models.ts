/** The list of models of an engine. */
import type { EngineModel } from './ports.ts';

/**
 * The entry of an engine's list that serves a model; null without one. An id may have a `*`, which stands for any characters, as in
 * LiteLLM; an entry of the model's own comes first.
 */
export const servedAs = (models: readonly EngineModel[], model: string): EngineModel | null =>
  models.find(({ id }) => id === model) ?? models.find(({ id }) => stands(id, model)) ?? null;

const stands = (id: string, model: string): boolean =>
  id.includes('*') && new RegExp(`^${id.split('*').map(literally).join('.*')}$`).test(model);

const literally = (text: string): string => text.replace(/[\\^$.|?+()[\]{}]/g, '\\$&');

/** A gateway may have hundreds of models; a message names so many. */
const mostNamed = 20;

/** The names of an engine's models, for a message: "smol, big", or the first ones "and 180 more". Empty for none. */
export function servedNames(names: readonly string[]): string {
  const more = names.length - mostNamed;
  return names.slice(0, mostNamed).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
