import { describe, expect, it } from 'vitest';
import { enoughEvidence, weightBesideProbe, weightOf } from './evidence.ts';

const nothing = { answered: 0, failed: 0 };

/** Failures in a row until an item fails, if this is what other requests met between each two of them. */
function failuresToFail(answered: number, failed: number): number {
  const weight = weightOf(nothing, { answered, failed });
  return Math.ceil(enoughEvidence / weight);
}

describe('the evidence against an item', () => {
  it('is none while nothing else is answered, however often it fails', () => {
    expect(weightOf(nothing, nothing)).toBe(0);
    expect(weightOf(nothing, { answered: 0, failed: 1000 })).toBe(0);
    expect(weightOf({ answered: 7, failed: 0 }, { answered: 7, failed: 9 })).toBe(0);
  });

  it('is enough after five failures where all others are answered', () => {
    expect(failuresToFail(1000, 0)).toBe(5);
    expect(Math.ceil(enoughEvidence / weightBesideProbe(nothing))).toBe(5);
    expect(Math.ceil(enoughEvidence / weightBesideProbe({ answered: 60, failed: 2 }))).toBe(5);
  });

  it('needs more failures the more others fail', () => {
    expect(failuresToFail(80, 20)).toBeGreaterThan(failuresToFail(95, 5));
    expect(failuresToFail(50, 50)).toBe(15);
    expect(failuresToFail(10, 90)).toBeGreaterThan(80);
    expect(weightBesideProbe({ answered: 20, failed: 20 })).toBeLessThan(0.32);
  });

  it('needs more failures the fewer others have ended', () => {
    expect(failuresToFail(1, 0)).toBe(10);
    expect(failuresToFail(4, 0)).toBeGreaterThan(failuresToFail(20, 0));
  });

  it('fails about one healthy item in 30,000, at any share of failures', () => {
    for (const share of [0.2, 0.5, 0.8]) {
      const failures = failuresToFail(1e6 * (1 - share), 1e6 * share);
      expect(share ** failures).toBeLessThanOrEqual(1.01 * 10 ** -enoughEvidence);
      expect(share ** (failures - 1)).toBeGreaterThan(10 ** -enoughEvidence);
    }
  });
});
