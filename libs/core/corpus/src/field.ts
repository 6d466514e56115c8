import type { Job } from '@proofmill/contract';

/** What a job says of the fields of its records. */
export type FieldMapping = Job['spec']['corpus']['fields'];

/**
 * The value at a path of a record: the field of that very name, else, step by step at the dots, a field inside a field.
 * Undefined where the record has none. Only own fields count: a path cannot reach what an object inherits.
 */
export function fieldAt(record: object, path: string): unknown {
  if (Object.hasOwn(record, path)) return Reflect.get(record, path);
  let at: unknown = record;
  for (const step of path.split('.')) {
    if (at === null || typeof at !== 'object' || !Object.hasOwn(at, step)) return undefined;
    at = Reflect.get(at, step);
  }
  return at;
}

/** Whether a record has a value at a path. null does not count: data sets with fixed columns write it for "not given". */
export const isGiven = (record: object, path: string): boolean => (fieldAt(record, path) ?? null) !== null;

const mostNames = 12;
const mostCharacters = 40;

/** The fields that a record has, for a message. Names are quoted and cut: they are data, and may be anything. */
export function fieldNames(record: object): string {
  const names = Object.keys(record).filter((name) => isGiven(record, name));
  if (names.length === 0) return 'the record has no field with a value';
  const shown = names
    .slice(0, mostNames)
    .map((name) => JSON.stringify(Array.from(name).slice(0, mostCharacters).join('')));
  const more = names.length > mostNames ? ` and ${names.length - mostNames} more` : '';
  return `the record has ${shown.join(', ')}${more}`;
}
