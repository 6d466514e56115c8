import { chanceOf, seedNote, testSeed } from '@proofmill/test-kit';
import { describe, expect, it } from 'vitest';
import { confidenceIn, normalDistribution } from './confidence.ts';
import { type Race, handicapped } from './handicapped.ts';
import { meanOver } from './dirichlet.ts';
import type { Side, Tally } from './tally.ts';

const votes = (one: number, other = 0, tie = 0): Tally => ({ one, other, tie });
const swapped = ({ one, other, tie }: Tally): Tally => ({ one: other, other: one, tie });
const sure = (...orders: Tally[]): number => confidenceIn('one', orders, false);
const sureWithTies = (...orders: Tally[]): number => confidenceIn('one', orders, true);

/** Shares of unlimited votes of an order, drawn from their posterior. */
function drawnShares({ one, other, tie }: Tally, ties: boolean, chance: () => number): Tally {
  const time = (count: number): number => {
    let sum = 0;
    for (let arrival = 0; arrival <= count; arrival += 1) sum -= Math.log(1 - chance());
    return sum;
  };
  const [a, b, c] = [time(one), time(other), ties ? time(tie) : 0];
  return { one: a / (a + b + c), other: b / (a + b + c), tie: c / (a + b + c) };
}

/** How often `one` has the largest mean share, of so many draws. */
function simulated(orders: readonly Tally[], ties: boolean, draws: number, chance: () => number): number {
  let ahead = 0;
  for (let draw = 0; draw < draws; draw += 1) {
    const shares = orders.map((tally) => drawnShares(tally, ties, chance));
    const [one, other, tie] = (['one', 'other', 'tie'] as const).map((side) =>
      shares.reduce((sum, share) => sum + share[side], 0),
    );
    if ((one ?? 0) > Math.max(other ?? 0, tie ?? 0)) ahead += 1;
  }
  return ahead / draws;
}

/** All tallies of so many votes, and of fewer. */
function tallies(most: number, ties: boolean): Tally[] {
  const found: Tally[] = [];
  for (let one = 0; one <= most; one += 1)
    for (let other = 0; one + other <= most; other += 1)
      for (let tie = 0; tie <= (ties ? most - one - other : 0); tie += 1) found.push(votes(one, other, tie));
  return found;
}

describe('the confidence of votes in one order', () => {
  it('is 0.75 after one vote of a judge with two verdicts, and one half after none', () => {
    expect([sure(votes(0)), sure(votes(1)), sure(votes(2)), sure(votes(4))]).toEqual([0.5, 0.75, 0.875, 0.96875]);
    expect(sure(votes(9, 3))).toBeCloseTo(0.953857, 6);
  });

  it('counts ties as a third verdict where the judge has it', () => {
    // P(X > Y and X > Z) for times of one arrival each, and one more for the vote: 1 - 2 / 4 + 1 / 9.
    expect(sureWithTies(votes(1))).toBeCloseTo(11 / 18, 11);
    expect(sureWithTies(votes(5, 0, 4))).toBeCloseTo(0.6197, 4);
    expect(sureWithTies(votes(4, 0, 4))).toBeLessThan(0.5);
    expect(sureWithTies(votes(8, 0, 8))).toBeLessThan(0.5);
    expect(confidenceIn('tie', [votes(0, 0, 16)], true)).toBeGreaterThan(0.9999);
  });
});

describe('the confidence of votes in two orders', () => {
  it('is exactly 0.95 after two votes of two in each order', () => {
    expect(sure(votes(2), votes(2))).toBe(0.95);
    expect(sure(votes(1), votes(1))).toBeCloseTo(5 / 6, 12);
  });

  it('is no more than one half for a judge that sees the position only', () => {
    for (const [n, m] of [
      [1, 1],
      [8, 8],
      [128, 128],
    ] as const) {
      expect(sure(votes(n), votes(0, m))).toBeCloseTo(0.5, 12);
      expect(sureWithTies(votes(n), votes(0, m))).toBeLessThanOrEqual(0.5 + 1e-4);
    }
  });

  it('knows nothing of an order without a valid vote', () => {
    expect(sure(votes(1), votes(0))).toBeCloseTo(2 / 3, 12);
    expect(sure(votes(8), votes(0))).toBeCloseTo(0.9, 12);
    expect(sureWithTies(votes(0), votes(0))).toBeCloseTo(1 / 3, 12);
  });
});

describe('the confidence', () => {
  it.each([false, true])('is the posterior probability, as simulated (ties: %s)', (ties) => {
    const chance = chanceOf(testSeed);
    const draws = 4000;
    for (let round = 0; round < 24; round += 1) {
      const count = (): number => Math.floor(chance() * 5);
      const orders = Array.from({ length: 1 + (round % 2) }, () => votes(count(), count(), ties ? count() : 0));
      const share = simulated(orders, ties, draws, chance);
      const exact = confidenceIn('one', orders, ties);
      const error = Math.sqrt((exact * (1 - exact)) / draws);
      expect(Math.abs(share - exact), `${seedNote}: ${JSON.stringify(orders)}`).toBeLessThan(4.5 * error);
    }
  });

  it('adds up to 1 over the sides of a judge, and is the same for exchanged orders and exchanged responses', () => {
    for (const ties of [false, true]) {
      const sides: Side[] = ties ? ['one', 'other', 'tie'] : ['one', 'other'];
      const all = tallies(3, ties);
      for (const first of all) {
        for (const orders of [[first], ...all.map((second) => [first, second])]) {
          const by = (side: Side, asked = orders): number => confidenceIn(side, asked, ties);
          const where = JSON.stringify(orders);
          expect(
            sides.reduce((sum, side) => sum + by(side), 0),
            where,
          ).toBeCloseTo(1, 9);
          expect(by('one', [...orders].reverse()), where).toBe(by('one'));
          expect(by('other', orders.map(swapped)), where).toBe(by('one'));
        }
      }
    }
  });

  it('rises with each vote for a side, in either order, and falls with each vote for its only rival', () => {
    for (const ties of [false, true]) {
      for (const first of tallies(3, ties)) {
        for (const second of tallies(3, ties)) {
          const where = JSON.stringify([first, second]);
          const here = confidenceIn('one', [first, second], ties);
          const more = confidenceIn('one', [{ ...first, one: first.one + 1 }, second], ties);
          expect(more, where).toBeGreaterThan(here - 1e-12);
          if (ties) continue;
          const against = confidenceIn('one', [first, { ...second, other: second.other + 1 }], ties);
          expect(against, where).toBeLessThan(here + 1e-12);
        }
      }
    }
  });

  it('falls with each vote for either rival in a single order', () => {
    for (const tally of tallies(5, true)) {
      const here = sureWithTies(tally);
      expect(sureWithTies({ ...tally, other: tally.other + 1 })).toBeLessThan(here);
      expect(sureWithTies({ ...tally, tie: tally.tie + 1 })).toBeLessThan(here);
    }
  });

  it('is a number from 0 to 1 for any numbers of votes', () => {
    const counts = [0, 1, 16, 128, 256, 1e6, Number.MAX_SAFE_INTEGER];
    for (const ties of [false, true]) {
      for (const one of counts) {
        for (const other of [0, 16, 256, 1e9]) {
          const lone = confidenceIn('one', [votes(one, other, ties ? 3 : 0)], ties);
          const both = confidenceIn('one', [votes(one, other), votes(other, one, ties ? 1 : 0)], ties);
          for (const found of [lone, both]) {
            expect(found, `${one} to ${other}`).toBeGreaterThanOrEqual(0);
            expect(found, `${one} to ${other}`).toBeLessThanOrEqual(1);
          }
        }
      }
    }
  });
});

describe('the integral over one of two orders', () => {
  it.each<[Race, Race]>([
    [
      [8, 0, 0],
      [3, 0, 5],
    ],
    [
      [12, 0, 0],
      [1, 3, 8],
    ],
    [
      [13, 2, 1],
      [12, 3, 1],
    ],
    [
      [4, 12, 0],
      [15, 1, 0],
    ],
    [
      [1, 15, 0],
      [16, 0, 0],
    ],
    [
      [16, 0, 0],
      [0, 16, 0],
    ],
    [
      [6, 4, 6],
      [5, 5, 6],
    ],
    [
      [32, 0, 0],
      [0, 26, 6],
    ],
  ])('is exact to 1e-5 where it is above 0.9, and to 1e-4 everywhere: %j, %j', (...races) => {
    const exact = meanOver(races[0], handicapped(races[1]), 20);
    const found = sureWithTies(...races.map(([one, other, tie]) => votes(one, other, tie)));
    expect(Math.abs(found - exact)).toBeLessThan(exact > 0.9 ? 1e-5 : 1e-4);
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
