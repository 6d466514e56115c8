import type { Job } from '@proofmill/contract';

/** What a job says of the fields of its records. */
export type FieldMapping = Job['spec']['corpus']['fields'];

const steps = /[^.[\]]+|\[-?\d+\]|\[\*\]/g;

/** Paths come from shapes and from the job, so they are few, and are taken apart once. */
const takenApart = new Map<string, readonly string[]>();

function stepsOf(path: string): readonly string[] {
  const known = takenApart.get(path);
  if (known) return known;
  const parts = path.match(steps) ?? [];
  takenApart.set(path, parts);
  return parts;
}

/**
 * The value at a path of a record: the field of that very name, else, step by step at the dots, a field inside a field;
 * `answers[0]` is an entry of a list, `answers[-1]` its last one, `answers[*].text` the list of the texts of all entries. Undefined where
 * the record has none.
 * Only own fields count: a path cannot reach what an object inherits.
 */
export function fieldAt(record: object, path: string): unknown {
  // Asked for first, since that is the fastest, and most records lack most fields.
  const value = (record as Readonly<Record<string, unknown>>)[path];
  if (value === undefined && isName(path)) return undefined;
  if (Object.hasOwn(record, path)) return value;
  if (isName(path)) return undefined;
  const parts = stepsOf(path);
  return parts.length === 0 ? undefined : valueAt(record, parts, 0);
}

/** What the steps from number `from` on lead to. */
function valueAt(value: unknown, parts: readonly string[], from: number): unknown {
  const step = parts[from];
  if (step === undefined) return value;
  if (step === '[*]') return Array.isArray(value) ? value.map((entry) => valueAt(entry, parts, from + 1)) : undefined;
  const name = step.startsWith('[') ? indexOf(value, Number(step.slice(1, -1))) : step;
  if (value === null || typeof value !== 'object' || !Object.hasOwn(value, name)) return undefined;
  return valueAt((value as Readonly<Record<string, unknown>>)[name], parts, from + 1);
}

/** Counted from the end where it is negative. */
const indexOf = (list: unknown, index: number): string =>
  String(index < 0 && Array.isArray(list) ? list.length + index : index);

/** The column of a record that a path begins in. */
export const columnOf = (record: object, path: string): string =>
  isName(path) || Object.hasOwn(record, path) ? path : firstStep(path);

export const firstStep = (path: string): string => (isName(path) ? path : (stepsOf(path)[0] ?? path));

/** A path of one step: most are. */
const isName = (path: string): boolean => !path.includes('.') && !path.includes('[');

/** Whether a record has a value at a path. null does not count: data sets with fixed columns write it for "not given". */
export const isGiven = (record: object, path: string): boolean => (fieldAt(record, path) ?? null) !== null;

/** The same, and where the path leads into each entry of a list, every entry has a value. */
export function isEveryGiven(record: object, path: string): boolean {
  const value = fieldAt(record, path) ?? null;
  if (!path.includes('[*]') || !Array.isArray(value)) return value !== null;
  return value.length > 0 && value.every((entry) => (entry ?? null) !== null);
}

/** Whether a value says nothing: null, a blank text, an empty list or object, also where it is written as JSON. */
export function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined) return true;
  if (typeof value === 'string') return ['', '[]', '{}', 'null'].includes(value.trim());
  return typeof value === 'object' && Object.values(value).every(isEmpty);
}

const mostNames = 12;
const mostCharacters = 40;

/** A name as a line of YAML has it. */
export const written = (name: string): string =>
  /^[A-Za-z_][\w.-]*$/.test(name) && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(name)
    ? name
    : JSON.stringify(Array.from(name).slice(0, mostCharacters).join(''));

export const quoted = (name: string): string => JSON.stringify(Array.from(name).slice(0, mostCharacters).join(''));

/** The fields that a record has, for a message. Names are quoted and cut: they are data, and may be anything. */
export function fieldNames(record: object): string {
  const names = Object.keys(record).filter((name) => isGiven(record, name));
  if (names.length === 0) return 'the record has no field with a value';
  const more = names.length > mostNames ? ` and ${names.length - mostNames} more` : '';
  return `the record has ${names.slice(0, mostNames).map(quoted).join(', ')}${more}`;
}
