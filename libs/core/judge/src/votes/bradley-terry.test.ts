import { chanceOf, seedNote, testSeed } from '@proofmill/test-kit';
import { describe, expect, it } from 'vitest';
import { bradleyTerry } from './bradley-terry.ts';

describe('Bradley and Terry', () => {
  it('gives the log-odds of two responses, with the standard error of the counts', () => {
    // 30 to 10, and half a win for each: log(30.5 / 10.5); its variance 1 / 30.5 + 1 / 10.5.
    const { values, errors, differenceError } = bradleyTerry([
      [0, 30],
      [10, 0],
    ]);
    expect((values[0] ?? 0) - (values[1] ?? 0)).toBeCloseTo(Math.log(30.5 / 10.5), 8);
    expect(differenceError(0, 1)).toBeCloseTo(Math.sqrt(1 / 30.5 + 1 / 10.5), 8);
    expect(errors[0]).toBeCloseTo((differenceError(0, 1) ?? 0) / 2, 8);
  });

  it('recovers the strengths that decided the games', () => {
    const chance = chanceOf(testSeed);
    const strengths = [1.2, 0.3, -0.4, -1.1];
    const wins = strengths.map(() => strengths.map(() => 0));
    for (let game = 0; game < 3000; game += 1) {
      strengths.forEach((one, i) => {
        strengths.forEach((other, j) => {
          if (i >= j) return;
          const [winner, loser] = chance() < 1 / (1 + Math.exp(other - one)) ? [i, j] : [j, i];
          (wins[winner] as number[])[loser] = (wins[winner]?.[loser] ?? 0) + 1;
        });
      });
    }
    const { values, errors } = bradleyTerry(wins);
    strengths.forEach((strength, i) => {
      expect(Math.abs((values[i] ?? 0) - strength), seedNote).toBeLessThan(4 * (errors[i] ?? 0));
      expect(errors[i], seedNote).toBeLessThan(0.05);
    });
  });

  it('stays finite for a response that won everything', () => {
    const { values, errors } = bradleyTerry([
      [0, 1, 1],
      [0, 0, 1],
      [0, 0, 0],
    ]);
    expect([...values, ...errors].every(Number.isFinite)).toBe(true);
    expect(values[0]).toBeGreaterThan(values[1] ?? 0);
  });
});
