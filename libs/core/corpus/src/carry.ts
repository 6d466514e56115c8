import { bounds, type Item } from '@proofmill/contract';
import { fieldAt } from './field.ts';
import { type Problem, problem } from './problem.ts';
import { unreadablePart } from './unreadable.ts';

/**
 * The columns that the job wants in the rows, each as a text, so that they have one type in every row: a text as it is, null where
 * there is no value, anything else as JSON.
 */
export function readCarried(record: object, carry: readonly string[]): NonNullable<Item['carried']> | Problem {
  const carried: NonNullable<Item['carried']> = [];
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
    carried.push({ name: path, value: text });
  }
  return carried;
}
