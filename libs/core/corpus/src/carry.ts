import { bounds, type Carried } from '@proofmill/contract';
import { fieldAt } from './field.ts';
import { type Problem, problem } from './problem.ts';
import { unreadablePart } from './unreadable.ts';

/** The columns that the job wants in the rows, each as a text beside what it was, so that they have one type in every row. */
export function readCarried(record: object, carry: readonly string[]): Carried[] | Problem {
  const carried: Carried[] = [];
  for (const path of carry) {
    const value = fieldAt(record, path) ?? null;
    const unreadable = unreadablePart(value, path);
    if (unreadable) return unreadable;
    const text = value === null || typeof value === 'string' ? value : JSON.stringify(value);
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
  if (typeof value === 'string') return 'text';
  return typeof value === 'number' || typeof value === 'boolean' ? (typeof value as 'number' | 'boolean') : 'json';
}
