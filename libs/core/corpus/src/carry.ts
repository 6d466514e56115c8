import { type AsWritten, bounds, type Carried, Unreadable } from '@proofmill/contract';
import { fieldAt } from './field.ts';
import { type Problem, problem } from './problem.ts';
import { unreadablePart } from './unreadable.ts';

/**
 * The columns that the job wants in the rows, each as a text beside what it was, so that they have one type in every row. A number is
 * the text that the file has.
 */
export function readCarried(record: object, carry: readonly string[], written?: AsWritten): Carried[] | Problem {
  const carried: Carried[] = [];
  for (const path of carry) {
    const value = fieldAt(record, path) ?? null;
    const asWritten = typeof value === 'number' || value instanceof Unreadable ? written?.at(path) : undefined;
    const unreadable = asWritten === undefined ? unreadablePart(value, path) : undefined;
    if (unreadable) return unreadable;
    const text = asWritten ?? (value === null || typeof value === 'string' ? value : JSON.stringify(value));
    if (text !== null && text.length > bounds.carriedCharacters) {
      return problem(
        'bad-carry',
        `${path} has ${text.length} characters; a carried column has ${bounds.carriedCharacters} at most. Take it out of spec.corpus.carry`,
      );
    }
    carried.push({ name: path, type: typeOf(value), value: text });
  }
  return carried;
}

function typeOf(value: unknown): Carried['type'] {
  if (value === null) return 'none';
  // Bytes that are no text are written as digits of a text; a number that JavaScript cannot hold is still one.
  if (value instanceof Unreadable) return value.class === 'not-a-number' ? 'number' : 'text';
  if (typeof value === 'string') return 'text';
  return typeof value === 'number' || typeof value === 'boolean' ? (typeof value as 'number' | 'boolean') : 'json';
}
