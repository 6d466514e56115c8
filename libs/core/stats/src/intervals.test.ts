import { describe, expect, it } from 'vitest';
import { clusteredShareOf, shareOf, wilson } from './intervals.ts';
import { addToSpread, emptySpread } from './spread.ts';

describe("Wilson's interval", () => {
  // The last four are of R. G. Newcombe, Statistics in medicine 17 (1998) 857, table I, method 3.
  it.each([
    [0, 10, 0, 0.2775],
    [5, 10, 0.2366, 0.7634],
    [10, 10, 0.7225, 1],
    [87, 270, 0.2693, 0.3801],
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('of %i in %i is %f to %f', (part, whole, low, high) => {
    const interval = wilson(part / whole, whole);
    expect(interval.low).toBeCloseTo(low, 4);
    expect(interval.high).toBeCloseTo(high, 4);
  });

  it('holds the shares from which what was seen is 1.96 standard errors away', () => {
    for (const bound of Object.values(wilson(0.3, 50)))
      expect(Math.abs(0.3 - bound) / Math.sqrt((bound * (1 - bound)) / 50)).toBeCloseTo(1.96, 3);
  });

  it('ends exactly where nothing or everything was seen', () => {
    for (let trials = 1; trials < 200; trials += 1) {
      expect(wilson(0, trials).low).toBe(0);
      expect(wilson(1, trials).high).toBe(1);
    }
  });
});

describe('a share', () => {
  it('of nothing is not known', () => {
    expect(shareOf(0, 0)).toBeNull();
    expect(clusteredShareOf(0, 0, emptySpread())).toBeNull();
  });

  const spreadOf = (records: readonly (readonly [part: number, whole: number])[]) => {
    const spread = emptySpread();
    for (const [part, whole] of records) addToSpread(spread, part, whole);
    return spread;
  };

  it('of one vote a record is as certain as that of independent votes', () => {
    const spread = spreadOf(Array.from({ length: 40 }, (_, record) => [record % 4 === 0 ? 1 : 0, 1]));
    const { low, high } = clusteredShareOf(10, 40, spread) ?? { low: 0, high: 0 };
    expect([low, high]).toEqual([expect.closeTo(wilson(0.25, 40).low, 9), expect.closeTo(wilson(0.25, 40).high, 9)]);
  });

  it('is no more certain for votes that only repeat each other', () => {
    const spread = spreadOf(Array.from({ length: 40 }, (_, record) => [record % 4 === 0 ? 16 : 0, 16]));
    const estimate = clusteredShareOf(160, 640, spread);
    expect(estimate?.low).toBeCloseTo(wilson(0.25, 40).low, 9);
    expect(estimate?.n).toBe(640);
  });

  it('lies between the two for votes that go together in part', () => {
    const spread = spreadOf(Array.from({ length: 40 }, (_, record) => [record % 2 === 0 ? 3 : 5, 8]));
    const wide = spreadOf(Array.from({ length: 40 }, (_, record) => [record % 2 === 0 ? 1 : 7, 8]));
    const width = (spread_: ReturnType<typeof emptySpread>): number => {
      const estimate = clusteredShareOf(160, 320, spread_);
      return estimate ? estimate.high - estimate.low : 0;
    };
    const independent = wilson(0.5, 320);
    const repeated = wilson(0.5, 40);
    // Votes that balance within their record are not taken for more than they are.
    expect(width(spread)).toBeCloseTo(independent.high - independent.low, 9);
    expect(width(wide)).toBeGreaterThan(independent.high - independent.low);
    expect(width(wide)).toBeLessThan(repeated.high - repeated.low);
  });

  it('counts records where all votes are alike, and a single record as one', () => {
    const alike = spreadOf(Array.from({ length: 10 }, () => [16, 16]));
    expect(clusteredShareOf(160, 160, alike)?.low).toBeCloseTo(wilson(1, 10).low, 9);
    expect(clusteredShareOf(9, 16, spreadOf([[9, 16]]))).toMatchObject(wilson(9 / 16, 1));
  });
});
