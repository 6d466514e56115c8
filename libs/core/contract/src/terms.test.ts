import { expect, it } from 'vitest';
import { bounds } from './bounds.ts';
import { addTokenCounts, isScore, scoresSchema, tokensSchema } from './terms.ts';

const notInRange = [
  1e308,
  -1e308,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  null,
  '1',
  undefined,
];

it('a score is a finite number in range, in the schema and where it is read', () => {
  for (const value of [0, -6.84, 1e100, -1e100, 2 ** 53]) {
    expect(isScore(value), `${value}`).toBe(true);
    expect(scoresSchema.safeParse({ kind: 'reward', values: [0, value], errors: null }).success, `${value}`).toBe(true);
  }
  for (const value of notInRange) {
    expect(isScore(value), `${value}`).toBe(false);
    expect(scoresSchema.safeParse({ kind: 'reward', values: [0, value], errors: null }).success, `${value}`).toBe(
      false,
    );
    const errors = [0, value];
    expect(scoresSchema.safeParse({ kind: 'bradley-terry', values: [0, 1], errors }).success, `${value}`).toBe(false);
  }
});

it('sums of scores in range are finite, and so are their squares', () => {
  const scores = Array.from({ length: bounds.responses * 1000 }, () => bounds.score);
  expect(Number.isFinite(scores.reduce((sum, score) => sum + score * score, 0))).toBe(true);
});

it('a sum of tokens is exact or unknown', () => {
  expect(addTokenCounts(2, 3)).toBe(5);
  expect(addTokenCounts(null, 3)).toBeNull();
  expect(addTokenCounts(Number.MAX_SAFE_INTEGER, 1)).toBeNull();
  expect(addTokenCounts(Number.MAX_SAFE_INTEGER - 1, 1)).toBe(Number.MAX_SAFE_INTEGER);
  for (const count of [2 ** 53, -1, 1.5, ...notInRange.filter((value) => value !== null)]) {
    expect(tokensSchema.safeParse({ prompt: count, completion: 0 }).success, `${count}`).toBe(false);
  }
  // Four million requests of one item, each with the most that an engine may report.
  expect(Number.isSafeInteger(4_000_000 * bounds.tokens)).toBe(true);
});
