import type { StopRule } from '@proofmill/contract';
import { describe, expect, it } from 'vitest';
import {
  fewestToDecide,
  isCertain,
  isDecided,
  leaderOf,
  type OrderState,
  type Side,
  shareOut,
  type Tally,
  votesIn,
} from './tally.ts';

const sides = ['one', 'other', 'tie'] as const;
const votes = (one: number, other = 0, tie = 0): Tally => ({ one, other, tie });
const plus = (tally: Tally, more: Tally): Tally =>
  votes(tally.one + more.one, tally.other + more.other, tally.tie + more.tie);

/** All tallies of at most so many votes. */
function* tallies(most: number, ties = true): Generator<Tally> {
  for (let one = 0; one <= most; one += 1)
    for (let other = 0; one + other <= most; other += 1)
      for (let tie = 0; tie <= (ties ? most - one - other : 0); tie += 1) yield { one, other, tie };
}

/** The orders of a pair, each with at most so many votes and so many left. */
function* states(orders: number, most: number, left: number, ties: boolean): Generator<OrderState[]> {
  if (orders === 0) return yield [];
  for (const rest of states(orders - 1, most, left, ties))
    for (const tally of tallies(most, ties))
      for (let more = 0; more <= left; more += 1) yield [{ tally, left: more, asked: votesIn(tally) > 0 }, ...rest];
}

/** Every way in which votes that are left may come: all of them, or fewer. */
function* endings([first, ...rest]: readonly OrderState[], ties: boolean): Generator<Tally[]> {
  if (!first) return yield [];
  for (const more of tallies(first.left, ties))
    for (const others of endings(rest, ties)) yield [plus(first.tally, more), ...others];
}

const winnerOf = (orders: readonly Tally[]): Side => leaderOf(orders) ?? 'tie';

/** Whether some ending changes the label: by trying them all. */
function canChange(orders: readonly OrderState[], ties: boolean): boolean {
  const now = winnerOf(orders.map(({ tally }) => tally));
  for (const ending of endings(orders, ties)) if (winnerOf(ending) !== now) return true;
  return false;
}

const fresh = (...left: number[]): OrderState[] =>
  left.map((votesLeft) => ({ tally: votes(0), left: votesLeft, asked: false }));

describe('the leader', () => {
  it('is the response with more votes; equal counts are none, and more ties than votes for either a tie', () => {
    expect(leaderOf([votes(2, 1)])).toBe('one');
    expect(leaderOf([votes(1, 2, 2)])).toBe('other');
    expect(leaderOf([votes(1, 2, 3)])).toBe('tie');
    expect(leaderOf([votes(2, 2)])).toBeNull();
    expect(leaderOf([votes(2, 2, 2)])).toBeNull();
    expect(leaderOf([votes(1, 0, 1)])).toBe('one');
  });

  it('counts each order as one half, however many votes it has, and leaves out one without a valid vote', () => {
    expect(leaderOf([votes(8, 0), votes(0, 3)])).toBeNull();
    expect(leaderOf([votes(8, 1), votes(0, 3)])).toBe('other');
    expect(leaderOf([votes(3, 5), votes(2, 0)])).toBe('one');
    expect(leaderOf([votes(1, 2), votes(0)])).toBe('other');
    expect(leaderOf([votes(0, 0, 1), votes(4, 0, 5)])).toBe('tie');
  });

  it('does not exist for a judge that sees the position only', () => {
    for (let first = 1; first <= 16; first += 1)
      for (let second = 1; second <= 16; second += 1) expect(leaderOf([votes(first), votes(0, second)])).toBeNull();
  });
});

describe('certainty', () => {
  it.each([
    [1, 5, 4, true],
    [1, 6, 5, false],
    [2, 2, 2, true],
    [2, 3, 2, false],
  ])(
    'means exactly that no remaining votes change the label (%d orders of %d votes and %d left, ties: %s)',
    (orders, most, left, ties) => {
      for (const state of states(orders, most, left, ties)) {
        const isSame = !canChange(state, ties);
        if (isCertain(state, ties) !== isSame) expect.fail(JSON.stringify({ state, isSame }));
      }
    },
  );
});

describe('the next round', () => {
  it('starts with 9 of 16 votes for certain, and 4 for a confidence of 0.95', () => {
    for (const both of [true, false]) {
      const start = both ? fresh(8, 8) : fresh(16);
      expect(fewestToDecide(start, false, 'certain')).toBe(9);
      expect(fewestToDecide(start, false, { confidence: 0.95 })).toBe(4);
      expect(fewestToDecide(start, false, { confidence: 0.99 })).toBe(both ? 7 : 6);
      expect(fewestToDecide(start, true, { confidence: 0.95 })).toBe(both ? 6 : 5);
      expect(fewestToDecide(start, false, 'none')).toBe(16);
    }
    expect(fewestToDecide(fresh(1), false, 'certain')).toBe(1);
  });

  it('follows the formula for two sides in one order: ceil((left - lead + 1) / 2)', () => {
    for (const tally of tallies(8, false)) {
      for (let left = 1; left <= 12; left += 1) {
        const state = [{ tally, left, asked: true }];
        if (isDecided(state, false, 'certain') || votesIn(tally) === 0) continue;
        const formula = Math.min(left, Math.ceil((left - Math.abs(tally.one - tally.other) + 1) / 2));
        expect(fewestToDecide(state, false, 'certain'), JSON.stringify(state)).toBe(formula);
      }
    }
  });

  const rules: StopRule[] = ['certain', { confidence: 0.9 }, { confidence: 0.75 }];
  it.each(rules)('never holds a vote that could not matter: fewer never decide (%j)', (rule) => {
    for (const [orders, most, left] of [
      [1, 4, 4],
      [2, 1, 2],
    ] as const) {
      for (const state of states(orders, most, left, true)) {
        if (isDecided(state, true, rule)) continue;
        const count = fewestToDecide(state, true, rule);
        const dealt = (cast: number): OrderState[] =>
          state.map((order, position) => ({ ...order, left: shareOut(state, cast)[position] ?? 0 }));
        const after = (ending: readonly Tally[]): OrderState[] =>
          state.map((order, position) => {
            const tally = ending[position] ?? order.tally;
            return { tally, left: order.left - votesIn(tally) + votesIn(order.tally), asked: votesIn(tally) > 0 };
          });
        const decided = (cast: number): boolean =>
          [...endings(dealt(cast), true)].some((ending) => {
            const isWhole = ending.reduce((sum, tally) => sum + votesIn(tally), 0);
            const before = state.reduce((sum, { tally }) => sum + votesIn(tally), 0);
            return isWhole - before === cast && isDecided(after(ending), true, rule);
          });
        const where = JSON.stringify({ state, count });
        expect(count, where).toBeGreaterThan(0);
        if (count > 1) expect(decided(count - 1), where).toBe(false);
        expect(decided(count), where).toBe(true);
      }
    }
  });
});

/**
 * What a rule costs and changes for a judge with these chances of a vote: exactly, over all courses of 16 votes in two orders.
 */
function courseOf(chances: Readonly<Record<Side, number>>, stop: StopRule): { votes: number; changed: number } {
  const ties = chances.tie > 0;
  const cast = (state: readonly OrderState[], position: number, side: Side): OrderState[] =>
    state.map((order, at) =>
      at === position
        ? { tally: { ...order.tally, [side]: order.tally[side] + 1 }, left: order.left - 1, asked: true }
        : order,
    );
  const keyOf = (state: readonly OrderState[]): string =>
    state.map(({ tally }) => `${tally.one}:${tally.other}:${tally.tie}`).join(' ');
  const ends = new Map<string, Tally>();
  const endOf = (state: readonly OrderState[]): Tally => {
    const key = keyOf(state);
    const known = ends.get(key);
    if (known) return known;
    const position = state.findIndex(({ left }) => left > 0);
    const label = winnerOf(state.map(({ tally }) => tally));
    const end = { one: 0, other: 0, tie: 0, ...(position < 0 ? { [label]: 1 } : {}) };
    for (const side of position < 0 ? [] : sides.filter((each) => chances[each] > 0)) {
      const then = endOf(cast(state, position, side));
      for (const each of sides) end[each] += chances[side] * then[each];
    }
    ends.set(key, end);
    return end;
  };
  // States with the votes of the round that are still to be cast, and how probable they are.
  let open = new Map([['', { state: fresh(8, 8), chance: 1 }]]);
  const total = { votes: 0, changed: 0 };
  while (open.size > 0) {
    const next: typeof open = new Map();
    for (const { state, chance } of open.values()) {
      if (isDecided(state, ties, stop)) {
        total.changed += chance * (1 - endOf(state)[winnerOf(state.map(({ tally }) => tally))]);
        continue;
      }
      const count = fewestToDecide(state, ties, stop);
      total.votes += chance * count;
      let round = new Map([['', { state: [...state], chance }]]);
      shareOut(state, count).forEach((share, position) => {
        for (let vote = 0; vote < share; vote += 1) {
          const after: typeof open = new Map();
          for (const each of round.values())
            for (const side of sides) add(after, cast(each.state, position, side), each.chance * chances[side]);
          round = after;
        }
      });
      for (const each of round.values()) add(next, each.state, each.chance);
    }
    open = next;
  }
  return total;

  function add(to: typeof open, state: OrderState[], chance: number): void {
    if (chance === 0) return;
    const key = keyOf(state);
    to.set(key, { state, chance: chance + (to.get(key)?.chance ?? 0) });
  }
}

describe('the tables of expected votes in docs/judging.md', () => {
  const courses = (stop: StopRule) =>
    [0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99].map((p) => courseOf({ one: p, other: 1 - p, tie: 0 }, stop));
  const rounded = (value: number, unit: number): number => Math.round(value / unit) * unit;

  it('match the rules for two verdicts: votes of 16, and labels that change', () => {
    const certain = courses('certain');
    expect(certain.map((course) => rounded(course.votes, 0.1).toFixed(1)).join(' ')).toBe(
      '14.5 13.9 12.7 11.2 10.0 9.5 9.1',
    );
    expect(certain.every(({ changed }) => changed < 1e-12)).toBe(true);
    const confident = courses({ confidence: 0.95 });
    expect(confident.map((course) => rounded(course.votes, 0.1).toFixed(1)).join(' ')).toBe(
      '12.8 12.0 10.0 7.6 5.5 4.7 4.1',
    );
    expect(confident.map(({ changed }) => (100 * changed).toFixed(2)).join(' ')).toBe(
      '3.17 2.42 1.02 0.20 0.01 0.00 0.00',
    );
  });

  it('match the rules for a judge that may call a tie, at p = 0.9', () => {
    const chances = { one: 0.9, other: 0.05, tie: 0.05 };
    const [certain, confident] = [courseOf(chances, 'certain'), courseOf(chances, { confidence: 0.95 })];
    expect([certain.votes.toFixed(1), confident.votes.toFixed(1)]).toEqual(['9.6', '7.4']);
    expect(certain.changed).toBeLessThan(1e-12);
    expect(confident.changed).toBeLessThan(0.00005);
  });
});
