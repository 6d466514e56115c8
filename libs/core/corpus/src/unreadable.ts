/** Values that could not be read (half of a character, NaN) cost a record only where they are needed. */
import { Unreadable, unreadableIn } from '@proofmill/contract';
import { fieldsOfMessages } from './conversation/content.ts';
import { fieldAt } from './field.ts';
import { type Problem, problem } from './problem.ts';

/** Fields of which every part is shown, whatever it is called. */
const shownWhole = new Set(['tools', 'functions', 'tool_calls', 'function_call', 'arguments', 'input']);

/** The problem of a value of which every part is shown, and one could not be read; undefined where all of it could. */
export function unreadablePart(value: unknown, path: string): Problem | undefined {
  const found = unreadableIn(value);
  return found ? problem(found.class, `${path} ${found.message}`) : undefined;
}

/** The first column with a part that is needed and could not be read; undefined where there is none. */
export function unreadableColumn(record: object, columns: Iterable<string>): Problem | undefined {
  for (const column of columns) {
    const found = neededIn(fieldAt(record, column), column, shownWhole.has(column));
    if (found) return found;
  }
  return undefined;
}

/** Looks into lists, and into the fields of messages that the judge sees. Records are nested so little that this may recurse. */
function neededIn(value: unknown, path: string, isWhole: boolean): Problem | undefined {
  if (value instanceof Unreadable) return problem(value.class, `${path} ${value.message}`);
  if (value === null || typeof value !== 'object') return undefined;
  const inside = Array.isArray(value)
    ? value.map((entry: unknown, index) => [`${path}[${index}]`, entry, isWhole] as const)
    : Object.entries(value)
        .filter(([name]) => isWhole || fieldsOfMessages.has(name))
        .map(([name, entry]) => [`${path}.${name}`, entry, isWhole || shownWhole.has(name)] as const);
  for (const [at, entry, whole] of inside) {
    const found = neededIn(entry, at, whole);
    if (found) return found;
  }
  return undefined;
}
