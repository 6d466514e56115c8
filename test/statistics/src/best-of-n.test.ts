import type { Item, Row } from '@proofmill/contract';
import { describe, expect, it } from 'vitest';
import { itemsOf, plantedOrder, seedNote } from './items.ts';
import { type Judged, judged } from './judged.ts';

const itemCount = 400;
const accuracy = 0.75;
const timeout = 300_000;

/** How often the better of two responses wins the majority of an odd number of votes. */
function majority(votes: number): number {
  let sum = 0;
  let ways = 1;
  for (let wrong = 0; wrong < votes / 2; wrong += 1) {
    sum += ways * accuracy ** (votes - wrong) * (1 - accuracy) ** wrong;
    ways = (ways * (votes - wrong)) / (wrong + 1);
  }
  return sum;
}

/** Expects a share within four standard errors, which one seed in 16,000 misses. */
function expectShare(share: number, expected: number): void {
  const error = Math.sqrt((expected * (1 - expected)) / itemCount);
  expect(Math.abs(share - expected), `${seedNote}: a share of ${share}, not ${expected}`).toBeLessThanOrEqual(
    4 * error,
  );
}

/** Whether the strengths of a row have the order that was planted in its item. */
const isInOrder = (row: Row | null, item: Item): boolean => {
  const strengths = plantedOrder(item).map((index) => row?.scores?.values[index] ?? Number.NaN);
  return strengths.every((strength, place) => place === 0 || (strengths[place - 1] ?? Number.NaN) > strength);
};

describe(`the best of four (${seedNote})`, () => {
  const items = itemsOf(itemCount, 'best of four', 4);
  const run = (ranking: 'knockout' | 'round-robin', max: number): Promise<Judged> =>
    judged({ items, simulator: { accuracy: { mean: accuracy, spread: 0 } }, votes: { max, stop: 'certain' }, ranking });
  const right = ({ rows }: Judged): number => rows.filter((row) => row?.winner === row?.gold).length / itemCount;

  it('wins a knockout if it wins its two comparisons, more often with 9 votes than with 1', {
    timeout,
  }, async () => {
    const [oneVote, nineVotes] = [right(await run('knockout', 1)), right(await run('knockout', 9))];
    expectShare(oneVote, majority(1) ** 2);
    expectShare(nineVotes, majority(9) ** 2);
    expect(nineVotes, seedNote).toBeGreaterThan(oneVote + 0.2);
  });

  // With one vote, a response that loses one of its three comparisons is never the only strongest, since another one wins two
  // as well. With nine, the votes of neighbours in the planted order differ by 4.5 on average, with a standard deviation of 3.7:
  // the better of the two is ahead in 86 of 100 items, and all three pairs of neighbours are in order in about 65.
  it('wins a round-robin more often with 9 votes than with 1, and 9 votes mostly give the planted order', {
    timeout,
  }, async () => {
    const [oneVote, nineVotes] = [await run('round-robin', 1), await run('round-robin', 9)];
    expectShare(right(oneVote), majority(1) ** 3);
    expect(right(nineVotes), seedNote).toBeGreaterThan(0.75);
    const inOrder = items.filter((item, index) => isInOrder(nineVotes.rows[index] ?? null, item)).length / itemCount;
    expect(inOrder, seedNote).toBeGreaterThan(0.5);
  });
});
