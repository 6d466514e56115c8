import type { Item, Row } from '@proofmill/contract';
import { describe, expect, it } from 'vitest';
import { about, itemsOf, plantedOrder } from './items.ts';
import { type Judged, judged } from './judged.ts';

const ITEMS = 400;
const ACCURACY = 0.75;
const timeout = 300_000;

/** How often the better of two gets more of an odd number of votes. */
function majority(votes: number): number {
  let sum = 0;
  let ways = 1;
  for (let wrong = 0; wrong < votes / 2; wrong += 1) {
    sum += ways * ACCURACY ** (votes - wrong) * (1 - ACCURACY) ** wrong;
    ways = (ways * (votes - wrong)) / (wrong + 1);
  }
  return sum;
}

/** Within four standard errors, which one in 16,000 seeds is not. */
function expectShare(share: number, expected: number): void {
  const error = Math.sqrt((expected * (1 - expected)) / ITEMS);
  expect(Math.abs(share - expected), `${about}: a share of ${share}, not ${expected}`).toBeLessThanOrEqual(4 * error);
}

/** Whether the strengths of a row have the order that was planted in its item. */
const isInOrder = (row: Row | null, item: Item): boolean => {
  const strengths = plantedOrder(item).map((index) => row?.scores?.values[index] ?? Number.NaN);
  return strengths.every((strength, place) => place === 0 || (strengths[place - 1] ?? Number.NaN) > strength);
};

describe(`the best of four (${about})`, () => {
  const items = itemsOf(ITEMS, 'best of four', 4);
  const run = (ranking: 'knockout' | 'round-robin', max: number): Promise<Judged> =>
    judged({ items, simulator: { accuracy: { mean: ACCURACY, spread: 0 } }, votes: { max, stop: 'certain' }, ranking });
  const right = ({ rows }: Judged): number => rows.filter((row) => row?.winner === row?.gold).length / ITEMS;

  it('by knockout wins where it wins its two comparisons, with 9 votes more often than with 1', {
    timeout,
  }, async () => {
    const [one, nine] = [right(await run('knockout', 1)), right(await run('knockout', 9))];
    expectShare(one, majority(1) ** 2);
    expectShare(nine, majority(9) ** 2);
    expect(nine, about).toBeGreaterThan(one + 0.2);
  });

  // One vote: who lost one of three comparisons is never strongest alone, since then somebody else won two as well. Nine: the
  // votes of neighbours in the planted order differ by 4.5 on average, with a standard deviation of 3.7, so that the better of
  // the two is ahead in 86 of 100 items; all three pairs of neighbours are the right way round in about 65.
  it('by round-robin wins with 9 votes more often than with 1, and then most strengths have the planted order', {
    timeout,
  }, async () => {
    const [one, nine] = [await run('round-robin', 1), await run('round-robin', 9)];
    expectShare(right(one), majority(1) ** 3);
    expect(right(nine), about).toBeGreaterThan(0.75);
    const inOrder = items.filter((item, at) => isInOrder(nine.rows[at] ?? null, item)).length / ITEMS;
    expect(inOrder, about).toBeGreaterThan(0.5);
  });
});
