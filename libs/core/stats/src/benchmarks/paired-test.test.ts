import { expect, test } from 'vitest';
import { belowByChance, studentBelow } from './paired-test.ts';

// Tables of Student's distribution (Handbook of mathematical functions, table 26.10).
test.each([
  [1, 6.314, 0.95],
  [2, 2.92, 0.95],
  [3, 3.182, 0.975],
  [4, 2.132, 0.95],
  [9, 1.833, 0.95],
  [10, 2.764, 0.99],
  [120, 1.98, 0.975],
])('with %i degrees of freedom, %f is the point of %f', (freedom, point, share) => {
  expect(studentBelow(point, freedom)).toBeCloseTo(share, 3);
  expect(studentBelow(-point, freedom)).toBeCloseTo(1 - share, 3);
  expect(studentBelow(0, freedom)).toBe(0.5);
});

test('a million degrees of freedom are the normal distribution', () => {
  expect(studentBelow(-1.959964, 1_000_000)).toBeCloseTo(0.025, 5);
});

test('a difference that all prompts share is no chance, and one prompt shows nothing', () => {
  expect(belowByChance(-1, { variance: 0, clusters: 5 })).toBe(0);
  expect(belowByChance(0, { variance: 0, clusters: 5 })).toBe(1);
  expect(belowByChance(-0.5, null)).toBeNull();
});
