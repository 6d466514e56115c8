import type { StopRule } from '@proofmill/contract';
import { describe, expect, it } from 'vitest';
import { fewestToDecide, isCertain, isDecided, leaderOf, type Tally } from './tally.ts';

const sides = ['one', 'other', 'tie'] as const;
const plus = (tally: Tally, side: (typeof sides)[number], count = 1): Tally => ({
  ...tally,
  [side]: tally[side] + count,
});

/** All tallies of at most `votes` votes. */
function* tallies(votes: number): Generator<Tally> {
  for (let one = 0; one <= votes; one += 1)
    for (let other = 0; one + other <= votes; other += 1)
      for (let tie = 0; one + other + tie <= votes; tie += 1) yield { one, other, tie };
}

/** Whether some way of casting `left` votes, or fewer, changes the leader: by trying them all. */
function canChange(tally: Tally, left: number, ties: boolean): boolean {
  for (const more of tallies(left)) {
    if (!ties && more.tie > 0) continue;
    const after = { one: tally.one + more.one, other: tally.other + more.other, tie: tally.tie + more.tie };
    if (leaderOf(after) !== leaderOf(tally)) return true;
  }
  return false;
}

describe('the leader', () => {
  it('is the response with more votes; equal counts, or more ties than votes for either, are a tie', () => {
    expect(leaderOf({ one: 2, other: 1, tie: 0 })).toBe('one');
    expect(leaderOf({ one: 1, other: 2, tie: 2 })).toBe('other');
    expect(leaderOf({ one: 1, other: 2, tie: 3 })).toBe('tie');
    expect(leaderOf({ one: 2, other: 2, tie: 0 })).toBe('tie');
    expect(leaderOf({ one: 1, other: 0, tie: 1 })).toBe('one');
  });
});

describe('certainty', () => {
  it.each([true, false])('means exactly that no remaining votes change the leader (ties: %s)', (ties) => {
    for (const tally of tallies(6)) {
      if (!ties && tally.tie > 0) continue;
      for (let left = 0; left <= 5; left += 1) {
        expect(isCertain(tally, { left, ties }), JSON.stringify({ tally, left })).toBe(!canChange(tally, left, ties));
      }
    }
  });
});

describe('the next round', () => {
  const rules: StopRule[] = ['certain', { confidence: 0.95 }, { confidence: 0.75 }];

  it('starts with 9 of 16 votes for certain, and 4 for a confidence of 0.95', () => {
    const nothing = { one: 0, other: 0, tie: 0 };
    expect(fewestToDecide(nothing, { left: 16, ties: false }, 'certain')).toBe(9);
    expect(fewestToDecide(nothing, { left: 16, ties: false }, { confidence: 0.95 })).toBe(4);
    expect(fewestToDecide(nothing, { left: 16, ties: false }, { confidence: 0.99 })).toBe(6);
    expect(fewestToDecide(nothing, { left: 16, ties: false }, 'none')).toBe(16);
    expect(fewestToDecide(nothing, { left: 1, ties: false }, 'certain')).toBe(1);
  });

  it('follows the formula for two sides: ceil((left - lead + 1) / 2)', () => {
    for (const { one, other, tie } of tallies(8)) {
      if (tie > 0) continue;
      for (let left = 1; left <= 12; left += 1) {
        const remaining = { left, ties: false };
        if (isDecided({ one, other, tie }, remaining, 'certain')) continue;
        const lead = Math.abs(one - other);
        const formula = Math.min(left, Math.ceil((left - lead + 1) / 2));
        expect(fewestToDecide({ one, other, tie }, remaining, 'certain'), `${one}:${other}, ${left} left`).toBe(
          formula,
        );
      }
    }
  });

  it.each(rules)('never holds a vote that could not matter: fewer never decide (%j)', (rule) => {
    for (const tally of tallies(5)) {
      for (let left = 1; left <= 6; left += 1) {
        if (isDecided(tally, { left, ties: true }, rule)) continue;
        const count = fewestToDecide(tally, { left, ties: true }, rule);
        const where = JSON.stringify({ tally, left, count });
        expect(count, where).toBeGreaterThan(0);
        expect(count, where).toBeLessThanOrEqual(left);
        for (const fewer of tallies(count - 1)) {
          const cast = fewer.one + fewer.other + fewer.tie;
          if (cast !== count - 1) continue;
          const after = {
            one: tally.one + fewer.one,
            other: tally.other + fewer.other,
            tie: tally.tie + fewer.tie,
          };
          expect(isDecided(after, { left: left - cast, ties: true }, rule), where).toBe(false);
        }
        const settles = sides.some((side) =>
          isDecided(plus(tally, side, count), { left: left - count, ties: true }, rule),
        );
        expect(settles, where).toBe(true);
      }
    }
  });
});

/** Expected number of votes of 16, asked for in rounds, if each goes to one side with probability p. */
function expectedVotes(p: number, stop: StopRule): number {
  const known = new Map<string, number>();
  const from = (one: number, other: number): number => {
    const tally = { one, other, tie: 0 };
    const remaining = { left: 16 - one - other, ties: false };
    if (isDecided(tally, remaining, stop)) return 0;
    const key = `${one}:${other}`;
    const there = known.get(key);
    if (there !== undefined) return there;
    const count = fewestToDecide(tally, remaining, stop);
    let sum = count;
    let chance = (1 - p) ** count;
    for (let forOne = 0; forOne <= count; forOne += 1) {
      sum += chance * from(one + forOne, other + count - forOne);
      chance *= ((count - forOne) / (forOne + 1)) * (p / (1 - p));
    }
    known.set(key, sum);
    return sum;
  };
  return from(0, 0);
}

describe('the table of expected votes in docs/judging.md', () => {
  const chances = [0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99];
  const rounded = (stop: StopRule): number[] => chances.map((p) => Math.round(10 * expectedVotes(p, stop)) / 10);

  it('matches the rules', () => {
    expect(rounded('certain')).toEqual([14.5, 13.9, 12.7, 11.2, 10, 9.5, 9.1]);
    expect(rounded({ confidence: 0.95 })).toEqual([12.9, 12.1, 10.1, 7.7, 5.6, 4.7, 4.1]);
  });
});
