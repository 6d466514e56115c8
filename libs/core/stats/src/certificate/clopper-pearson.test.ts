import { describe, expect, it } from 'vitest';
import { fewestRows, upperBound } from './clopper-pearson.ts';

describe('the upper bound of a share of errors', () => {
  it.each([
    // [errors, n, delta, bound]: without errors it is 1 - delta^(1/n); the others from tables of the F distribution.
    [0, 45, 0.1, 1 - 0.1 ** (1 / 45)],
    [0, 44, 0.1, 1 - 0.1 ** (1 / 44)],
    [1, 1, 0.1, 1],
    [1, 2, 0.05, 0.9746794344808964],
    [10, 500, 0.1, 0.03065],
    [25, 500, 0.1, 0.06491],
  ])('%d of %d at %d', (errors, n, delta, bound) => {
    expect(upperBound(errors, n, delta)).toBeCloseTo(bound, 4);
  });

  it('is the share at which so few errors have the probability delta', () => {
    for (const [errors, n] of [
      [0, 30],
      [3, 200],
      [400, 100_000],
      [999, 1000],
    ] as const) {
      expect(exactly(errors, n, upperBound(errors, n, 0.1))).toBeCloseTo(0.1, 9);
    }
  });

  it('certifies 5 % at 90 % from 45 rows without an error, 105 with two, 209 with six, and no fewer', () => {
    expect(fewestRows(0.05, 0.1)).toBe(45);
    for (const [errors, n] of [
      [0, 45],
      [2, 105],
      [6, 209],
    ] as const) {
      expect(upperBound(errors, n, 0.1)).toBeLessThanOrEqual(0.05);
      expect(upperBound(errors, n - 1, 0.1)).toBeGreaterThan(0.05);
    }
  });
});

/** P(X <= errors), each term by itself. */
function exactly(errors: number, n: number, r: number): number {
  let sum = 0;
  let logChoose = 0;
  for (let i = 0; i <= errors; i += 1) {
    if (i > 0) logChoose += Math.log((n - i + 1) / i);
    sum += Math.exp(logChoose + i * Math.log(r) + (n - i) * Math.log1p(-r));
  }
  return sum;
}
