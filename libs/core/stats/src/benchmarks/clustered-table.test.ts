import { describe, expect, it } from 'vitest';
import { wilson } from '../intervals.ts';
import { chanceOf } from '@proofmill/contract';
import { ClusteredTable, type Term } from './clustered-table.ts';

const all: Term[] = [{ weight: 1, bins: [0] }];

/** `right` of `clusters` prompts with nine comparisons each, all alike. */
function alike(clusters: number, right: number): ClusteredTable {
  const table = new ClusteredTable();
  for (let cluster = 0; cluster < clusters; cluster += 1) {
    for (let each = 0; each < 9; each += 1) table.add(0, `p${cluster}`, 's', Number(cluster < right));
  }
  return table;
}

describe('intervals', () => {
  it('know comparisons of a prompt as kin: nine that are alike say as much as one', () => {
    // The variance is p (1 - p) / (G - 1), that of 9 independent trials.
    const interval = alike(10, 4).shareInterval(all);
    expect(interval?.low).toBeCloseTo(wilson(0.4, 9).low, 12);
    expect(interval?.high).toBeCloseTo(wilson(0.4, 9).high, 12);
  });

  it('count each prompt once where all are right', () => {
    expect(alike(10, 10).shareInterval(all)).toEqual(wilson(1, 10));
  });

  it('of a mean of two categories have the variance of independent means', () => {
    const table = new ClusteredTable();
    for (let at = 0; at < 40; at += 1) table.add(0, `a${at}`, 'a', at % 2);
    for (let at = 0; at < 10; at += 1) table.add(1, `b${at}`, 'b', Number(at < 3));
    const terms: Term[] = [
      { weight: 0.5, bins: [0] },
      { weight: 0.5, bins: [1] },
    ];
    expect(table.value(terms)).toBe(0.4);
    const expected = (0.25 * (0.25 / 40 + 0.21 / 10) * 50) / 49;
    expect(table.variance(terms)?.variance).toBeCloseTo(expected, 12);
  });

  it('from resamples are the same for a seed, others for another, and close to the analytic ones', () => {
    const table = new ClusteredTable();
    const chance = chanceOf(7);
    for (let at = 0; at < 200; at += 1) {
      const right = chance();
      for (let each = 0; each < 4; each += 1) table.add(0, `p${at}`, at % 2 ? 'x' : 'y', Number(chance() < right));
    }
    const bounds = (seed: number) => table.bootstrap([all], { resamples: 2000, seed })[0];
    expect(bounds(1)).toEqual(bounds(1));
    expect(bounds(1)).not.toEqual(bounds(2));
    const analytic = table.shareInterval(all);
    expect(bounds(1)?.low).toBeCloseTo(analytic?.low ?? 0, 1.7);
    expect(bounds(1)?.high).toBeCloseTo(analytic?.high ?? 0, 1.7);
  });

  it('are not known without a credit', () => {
    expect(new ClusteredTable().shareInterval(all)).toBeNull();
    expect(new ClusteredTable().bootstrap([all], { resamples: 3, seed: 1 })).toEqual([null]);
  });
});
