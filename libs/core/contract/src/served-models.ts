/** A gateway may have hundreds of models; a message names so many. */
const mostNamed = 20;

/** The names of an engine's models, for a message: "smol, big", or the first ones "and 180 more". Empty for none. */
export function servedNames(names: readonly string[]): string {
  const more = names.length - mostNamed;
  return names.slice(0, mostNamed).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
