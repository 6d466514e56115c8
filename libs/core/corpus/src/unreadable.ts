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
    const found = neededIn(fieldAt(record, column), shownWhole.has(column));
    if (found) return problem(found.value.class, `${column}${found.path} ${found.value.message}`);
  }
  return undefined;
}

interface Found {
  readonly value: Unreadable;
  /** Where it is, seen from the value that was looked into. Put together on the way back: nearly every record has none. */
  readonly path: string;
}

/** Looks into lists, and into the fields of messages that the judge sees. Records are nested so little that this may recurse. */
function neededIn(value: unknown, isWhole: boolean): Found | undefined {
  if (value === null || typeof value !== 'object') return undefined;
  if (value instanceof Unreadable) return { value, path: '' };
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1) {
      const found = neededIn(value[index], isWhole);
      if (found) return { ...found, path: `[${index}]${found.path}` };
    }
    return undefined;
  }
  const fields = value as Readonly<Record<string, unknown>>;
  for (const name of Object.keys(fields)) {
    if (!isWhole && !fieldsOfMessages.has(name)) continue;
    const found = neededIn(fields[name], isWhole || shownWhole.has(name));
    if (found) return { ...found, path: `.${name}${found.path}` };
  }
  return undefined;
}
