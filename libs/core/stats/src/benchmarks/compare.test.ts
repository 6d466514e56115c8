import type { Failure, Row } from '@proofmill/contract';
import { describe, expect, it } from 'vitest';
import { leaderboardPicture } from '../picture/leaderboard-picture.ts';
import { Kappa, mcNemar } from './agreement.ts';
import { Comparer, type Comparison } from './compare.ts';
import { failureWith, pairRow, type Said } from './rows.fixture.ts';

const row = (id: string, said: Said, more: Partial<Row> = {}): Row => ({
  ...pairRow({ category: 'math', prompt: id, sourceId: id }, [said, said]),
  id: `00000:${id}`,
  ...more,
});

function compared(outputs: Record<string, (Row | Failure)[]>, flips = 0): Comparison {
  const comparer = new Comparer({ scored: 'judgebench', resamples: 200, seed: 3 });
  for (const [name, records] of Object.entries(outputs)) {
    comparer.begin(name);
    for (const record of records) comparer.add(record);
  }
  return comparer.compare(flips);
}

const said = (words: string): Row[] =>
  [...words].map((letter, at) => row(`p${at}`, letter === 'w' ? 'win' : letter === 'l' ? 'loss' : 'tie'));

describe('outputs', () => {
  const comparison = compared({ one: said('wwwwlltl'), other: said('wwlwwwtw') }, 3);
  const [pair] = comparison.pairs;

  it('are compared comparison by comparison', () => {
    expect(comparison).toMatchObject({ shared: 8, unshared: 0, different: 0, metric: 'overall (micro)' });
    expect(pair?.right).toEqual({ both: 3, onlyFirst: 1, onlySecond: 3, neither: 1 });
    expect(pair?.difference.value).toBeCloseTo(2 / 8, 15);
    // One loses, three win, of eight: the variance of the mean of such differences, times 8 / 7.
    const half = 1.959963984540054 * Math.sqrt((4 / 8 - (2 / 8) ** 2) / 7);
    expect(pair?.difference.analytic?.low).toBeCloseTo(2 / 8 - half, 12);
    expect(pair?.mcNemarP).toBeCloseTo((2 * (1 + 4)) / 16, 12);
    expect(pair?.agreement).toBe(4 / 8);
  });

  it('are ranked by the figure of the benchmark', () => {
    expect(comparison.leaderboard.map(({ name, value }) => [name, value])).toEqual([
      ['other', 6 / 8],
      ['one', 4 / 8],
    ]);
  });

  it('list the first of what only one has right', () => {
    expect(pair?.flips.map(({ sourceId, first, second, isGained }) => [sourceId, first, second, isGained])).toEqual([
      ['p2', '0', '1', false],
      ['p4', '1', '0', true],
      ['p5', '1', '0', true],
    ]);
  });

  it('of other texts, or of records that only one has, are left out', () => {
    const found = compared({
      one: [...said('www'), row('only', 'win')],
      other: [row('p0', 'win', { responses: ['changed', 'b'] }), ...said('ww').slice(1), row('p2', 'win')],
    });
    expect(found).toMatchObject({ shared: 2, unshared: 1, different: 1 });
  });

  it('tell records that share an id apart by their lines, and leave out those that share the line', () => {
    const at = (line: number, word: Said): Row => row('p', word, { source: { file: 'a', line } });
    const found = compared(
      { one: [at(1, 'win'), at(2, 'loss'), at(3, 'win')], other: [at(2, 'win'), at(1, 'win')] },
      9,
    );
    expect(found).toMatchObject({ shared: 2, unshared: 1 });
    expect(found.pairs[0]?.flips).toMatchObject([{ first: '1', second: '0' }]);
    const twice = [at(1, 'win'), at(1, 'loss')];
    expect(compared({ one: twice, other: twice })).toMatchObject({ shared: 0, different: 1 });
  });

  it('count a failure as the benchmark does', () => {
    const failed = { ...failureWith({ category: 'math', prompt: 'p0', sourceId: 'p0' }), id: '00000:p0' };
    const found = compared({ one: said('ww'), other: [failed, ...said('ww').slice(1)] }, 9);
    expect(found.pairs[0]?.flips).toMatchObject([{ first: '0', second: 'failed', isGained: false }]);
  });

  it('are drawn with every name and figure, whatever the names are', () => {
    const picture = leaderboardPicture(
      { ...comparison, leaderboard: [{ ...comparison.leaderboard[0], name: '<b>&' } as never] },
      'T',
    );
    expect(picture).toContain('&lt;b&gt;&amp;: 75.00 %');
    expect(picture).not.toMatch(/<b>|NaN|undefined/);
    expect(leaderboardPicture(comparison, 'T')).toBe(leaderboardPicture(comparison, 'T'));
  });
});

describe("McNemar's test", () => {
  it.each([
    [0, 0, 1],
    [1, 5, 14 / 64],
    [5, 1, 14 / 64],
    [3, 3, 1],
    [0, 10, 2 / 1024],
  ])('of %i and %i gives p = %d', (one, other, p) => {
    expect(mcNemar(one, other)).toBeCloseTo(p, 12);
  });

  it('stays a number for many comparisons', () => {
    expect(mcNemar(40_000, 60_000)).toBe(0);
    expect(mcNemar(50_000, 50_000)).toBe(1);
  });
});

describe("Cohen's kappa", () => {
  const kappaOf = (counts: Record<string, number>): Kappa => {
    const kappa = new Kappa();
    for (const [pair, count] of Object.entries(counts))
      for (let each = 0; each < count; each += 1) kappa.add(pair[0] ?? '', pair[1] ?? '');
    return kappa;
  };

  it('is the agreement beyond what is expected', () => {
    const kappa = kappaOf({ aa: 20, ab: 5, ba: 10, bb: 15 });
    expect(kappa.agreement).toBe(0.7);
    expect(kappa.kappa).toBeCloseTo(0.4, 12);
  });

  it('is not known where both always say the same, or where there is nothing', () => {
    expect(kappaOf({ aa: 5 }).kappa).toBeNull();
    expect(kappaOf({}).kappa).toBeNull();
  });
});
