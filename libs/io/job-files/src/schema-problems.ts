/** What is wrong with a document by its schema, as sentences for its author. */
import type { z } from 'zod';
import { nearest } from './nearest.ts';
import { fieldsAt } from './schema-fields.ts';

export interface Problem {
  /** Path of the field in the document. */
  readonly at: readonly PropertyKey[];
  readonly sentence: string;
}

export interface CheckedDocument {
  readonly values: unknown;
  readonly schema: z.ZodType;
  /** The values of the field that tells the forms of an entry apart. */
  readonly kinds: readonly string[];
}

export const problemsOf = (error: z.ZodError, document: CheckedDocument): Problem[] =>
  error.issues.flatMap((issue) => problemsOfIssue(issue, document));

function problemsOfIssue(issue: z.core.$ZodIssue, { values, schema, kinds }: CheckedDocument): Problem[] {
  if (issue.code === 'unrecognized_keys') {
    const known = fieldsAt(schema, issue.path);
    return issue.keys.map((key) => ({
      at: [...issue.path, key],
      sentence: `there is no such field${suggestion(nearest(key, known))}`,
    }));
  }
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    // The form that was meant is the one that is wrong deepest inside.
    const [first, ...others] = issue.errors.flat();
    const meant = others.reduce((best, other) => (best && other.path.length > best.path.length ? other : best), first);
    if (meant) return [{ at: [...issue.path, ...meant.path], sentence: plain(meant.message) }];
  }
  const allowed = 'values' in issue ? issue.values.map(String) : issue.code === 'invalid_union' ? kinds : [];
  if (allowed.length > 0 && !issue.message.includes('undefined')) {
    const meant = nearest(String(valueAt(values, issue.path)), allowed);
    return [{ at: issue.path, sentence: `must be ${allowed.join(' or ')}${suggestion(meant)}` }];
  }
  if (/received undefined$/.test(issue.message)) return [{ at: issue.path, sentence: 'is missing' }];
  return [{ at: issue.path, sentence: plain(issue.message) }];
}

const plain = (message: string): string => message.replace(/^Invalid input: /, '');

const suggestion = (meant: string | undefined): string => (meant ? `; did you mean ${meant}?` : '');

const valueAt = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((inside, step) => (inside as Record<PropertyKey, unknown> | undefined)?.[step], value);
