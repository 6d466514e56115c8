/** Labels held against gold labels, as counts that add up over shards. */
import type { GoldCounts, Health, Row } from '@proofmill/contract';
import { winnerOfOrder } from './comparisons.ts';
import { type Estimate, shareOf } from './intervals.ts';
import { type AccuracyName, accuracies } from './meanings.ts';

const emptyCounts = (): GoldCounts => ({
  rows: 0,
  right: 0,
  tied: 0,
  firstOrder: { asked: 0, right: 0 },
  secondOrder: { asked: 0, right: 0 },
  bothOrders: { asked: 0, right: 0 },
});

export const emptyGold = (): Health['gold'] => ({ all: emptyCounts(), kept: emptyCounts() });

/** Whether a row can be held against its gold label. A label that is the gold label says nothing about a judge. */
export const hasGold = (row: Row): boolean => {
  const best = goldOf(row);
  return best.length > 0 && best.length < row.responses.length && row.decidedBy !== 'gold';
};

/** Whether the winner is what the gold label names, or one of the responses that it names. */
export const agreesWithGold = (row: Row): boolean => row.winner !== null && goldOf(row).includes(row.winner);

/** Whether the gold label calls all responses equally good, and a judge has labelled the row. */
export const isGoldTie = (row: Row): boolean =>
  row.goldTied.length === row.responses.length && row.decidedBy !== 'gold';

const goldOf = ({ gold, goldTied }: Row): readonly number[] => (gold === null ? goldTied : [gold]);

export function addGold(counts: Health['gold'], row: Row): void {
  if (!hasGold(row)) return;
  addRow(counts.all, row);
  if (row.kept) addRow(counts.kept, row);
}

function addRow(counts: GoldCounts, row: Row): void {
  counts.rows += 1;
  if (agreesWithGold(row)) counts.right += 1;
  if (row.winner === null) counts.tied += 1;
  if (row.responses.length === 2) addOrders(counts, row);
}

/** An order that was asked and names no winner, also for want of a valid vote, is not right. */
function addOrders(counts: GoldCounts, row: Row): void {
  const best = goldOf(row);
  const orders = [
    { shown: 0, counted: counts.firstOrder },
    { shown: 1, counted: counts.secondOrder },
  ].flatMap(({ shown, counted }) => {
    const votes = row.votes.find(({ order }) => order.length === 2 && order[0] === shown);
    if (!votes) return [];
    const winner = winnerOfOrder(votes);
    const isRight = winner !== null && best.includes(winner);
    counted.asked += 1;
    if (isRight) counted.right += 1;
    return [isRight];
  });
  if (orders.length < 2) return;
  counts.bothOrders.asked += 1;
  if (orders.every((isRight) => isRight)) counts.bothOrders.right += 1;
}

export interface Accuracy {
  readonly name: AccuracyName;
  readonly title: string;
  readonly meaning: string;
  /** Of all rows with a gold label; null where none counts. */
  readonly all: Estimate | null;
  /** Of those that are kept. */
  readonly kept: Estimate | null;
}

/** Those of which something is known. */
export const accuraciesOf = ({ all, kept }: Health['gold']): Accuracy[] =>
  (Object.keys(accuracies) as AccuracyName[])
    .map((name) => ({ name, ...accuracies[name], all: shareIn[name](all), kept: shareIn[name](kept) }))
    .filter((accuracy) => accuracy.all !== null);

/**
 * Half points are no counts, but Wilson's interval holds for them, and is wide rather than narrow: of all quantities between 0
 * and 1 with a mean m, those that are only 0 or 1 have the largest variance, m(1 - m) (R. Bhatia and C. Davis, American
 * Mathematical Monthly 107, 2000).
 */
const shareIn: { readonly [Name in AccuracyName]: (counts: GoldCounts) => Estimate | null } = {
  ofAll: ({ right, rows }) => shareOf(right, rows),
  tiesHalf: ({ right, tied, rows }) => shareOf(right + tied / 2, rows),
  withoutTies: ({ right, tied, rows }) => shareOf(right, rows - tied),
  firstOrder: ({ firstOrder }) => shareOf(firstOrder.right, firstOrder.asked),
  secondOrder: ({ secondOrder }) => shareOf(secondOrder.right, secondOrder.asked),
  bothOrders: ({ bothOrders }) => shareOf(bothOrders.right, bothOrders.asked),
};
