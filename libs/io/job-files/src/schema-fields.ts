/** Looks into a zod schema for the names of fields; zod has no public way to ask for them by path. */

/** The fields that a place of the document may have, in all of its forms. */
export function fieldsAt(root: unknown, path: readonly PropertyKey[]): string[] {
  let schema = root;
  for (const step of path) schema = inner(schema, step);
  return fieldsOf(schema);
}

interface Definition {
  readonly type: string;
  readonly shape?: Readonly<Record<string, unknown>>;
  readonly innerType?: unknown;
  readonly element?: unknown;
  readonly options?: readonly unknown[];
  readonly in?: unknown;
}

const definitionOf = (schema: unknown): Definition | undefined => (schema as { def?: Definition } | undefined)?.def;

/** Without defaults, optionals and pipes around it. */
function unwrapped(schema: unknown): unknown {
  const definition = definitionOf(schema);
  return definition?.innerType ? unwrapped(definition.innerType) : definition?.in ? unwrapped(definition.in) : schema;
}

function inner(schema: unknown, step: PropertyKey): unknown {
  const definition = definitionOf(unwrapped(schema));
  if (definition?.element) return definition.element;
  if (definition?.options) {
    const options = definition.options.map((option) => inner(option, step)).filter(Boolean);
    return { def: { type: 'union', options } };
  }
  return definition?.shape?.[String(step)];
}

function fieldsOf(schema: unknown): string[] {
  const definition = definitionOf(unwrapped(schema));
  if (definition?.options) return [...new Set(definition.options.flatMap(fieldsOf))];
  return Object.keys(definition?.shape ?? {});
}
