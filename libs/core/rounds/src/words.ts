/** The commands of a loop with what they are told in the place of words in braces. */

/** Words that are not in `values` stay as they are: a command may have braces of its own. */
export const filled = (command: readonly string[], values: Readonly<Record<string, string>>): string[] =>
  command.map((word) =>
    word.replaceAll(/\{([a-z]+)\}/g, (whole, name: string) =>
      Object.hasOwn(values, name) ? (values[name] ?? '') : whole,
    ),
  );

type Variables = Readonly<Record<string, string | { readonly env: string }>>;

/** The environment of a command. `missing`: the variables that the loop was to pass on and is not given. */
export function environmentOf(
  variables: Variables,
  usual: readonly string[],
  own: Readonly<Record<string, string | undefined>>,
): { readonly environment: Readonly<Record<string, string>>; readonly missing: readonly string[] } {
  const environment: Record<string, string> = {};
  const missing: string[] = [];
  for (const name of usual) {
    const value = own[name];
    if (value !== undefined) environment[name] = value;
  }
  for (const [name, given] of Object.entries(variables)) {
    const value = typeof given === 'string' ? given : own[given.env];
    if (value !== undefined) environment[name] = value;
    else if (typeof given !== 'string') missing.push(given.env);
  }
  return { environment, missing };
}
