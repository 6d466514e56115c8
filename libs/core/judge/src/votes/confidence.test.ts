import { describe, expect, it } from 'vitest';
import { majorityConfidence, normalDistribution } from './confidence.ts';

/** The share of Beta(a + 1, b + 1) above one half, by Simpson's rule: another way to the same number. */
function integrated(a: number, b: number): number {
  const steps = 20_000;
  const peak = a + b === 0 ? 0.5 : a / (a + b);
  const log = (x: number, times: number): number => (times === 0 ? 0 : times * Math.log(x));
  const top = log(peak, a) + log(1 - peak, b);
  const density = (x: number): number => Math.exp(log(x, a) + log(1 - x, b) - top);
  const area = (from: number, to: number): number => {
    const width = (to - from) / steps;
    let sum = density(from) + density(to);
    for (let step = 1; step < steps; step += 1) sum += density(from + step * width) * (step % 2 === 0 ? 2 : 4);
    return (sum * width) / 3;
  };
  const above = area(0.5, 1);
  return above / (area(0, 0.5) + above);
}

describe('the confidence of a majority', () => {
  it('is 0.75 after one vote and one half after none', () => {
    expect(majorityConfidence(1, 0)).toBe(0.75);
    expect(majorityConfidence(0, 0)).toBe(0.5);
    expect(majorityConfidence(2, 0)).toBe(0.875);
  });

  it('is the posterior probability, under a flat prior, that the share exceeds one half', () => {
    for (const [a, b] of [
      [1, 0],
      [0, 1],
      [2, 1],
      [3, 0],
      [4, 4],
      [9, 7],
      [16, 0],
      [11, 5],
      [40, 24],
      [130, 126],
    ] as const) {
      expect(majorityConfidence(a, b), `${a} to ${b}`).toBeCloseTo(integrated(a, b), 9);
    }
  });

  it('is symmetric: the two sides add up to 1', () => {
    for (let votes = 0; votes <= 40; votes += 1) {
      for (let against = 0; against <= 40; against += 1) {
        const both = majorityConfidence(votes, against) + majorityConfidence(against, votes);
        expect(both, `${votes} to ${against}`).toBeCloseTo(1, 12);
      }
    }
  });

  it('is one half for a tie, rises with each vote for, falls with each vote against, and stays between 0 and 1', () => {
    for (let votes = 0; votes < 256; votes += 5) {
      expect(majorityConfidence(votes, votes), `${votes}`).toBeCloseTo(0.5, 12);
      for (let against = 0; against < 32; against += 3) {
        const here = majorityConfidence(votes, against);
        expect(majorityConfidence(votes + 1, against), `${votes} to ${against}`).toBeGreaterThan(here - 1e-12);
        expect(majorityConfidence(votes, against + 1), `${votes} to ${against}`).toBeLessThan(here + 1e-12);
        expect(here, `${votes} to ${against}`).toBeGreaterThan(0);
        expect(here, `${votes} to ${against}`).toBeLessThanOrEqual(1);
      }
    }
    expect(majorityConfidence(512, 0)).toBe(1);
  });
});

describe('the normal distribution', () => {
  it('has the tabulated values', () => {
    expect(normalDistribution(0)).toBeCloseTo(0.5, 6);
    expect(normalDistribution(1.96)).toBeCloseTo(0.9750021, 6);
    expect(normalDistribution(-1.6448536)).toBeCloseTo(0.05, 6);
    expect(normalDistribution(5)).toBeCloseTo(0.99999971, 6);
  });
});
