/** The orders in which a judge is shown responses, and the seeds of its answers. */
import { type Order, sha256, type VotesDefinition } from '@proofmill/contract';

/**
 * Answers about one item in one order have the seeds `base`, `base + 1`, .. Two requests whose bases are closer together than
 * their number of answers would share answers, so bases are multiples of this number, which exceeds any number of votes.
 */
const seedSpacing = 4096;

/** The orders in which two responses are shown, starting with the one of the item's first vote. */
export function ordersOf(
  itemDigest: string,
  [one, other]: readonly [number, number],
  orders: VotesDefinition['orders'],
): Order[] {
  if (orders === 'fixed') return [[one, other]];
  return parityOf(itemDigest) === 0
    ? [
        [one, other],
        [other, one],
      ]
    : [
        [other, one],
        [one, other],
      ];
}

/** 0 or 1. Balances the orders over a corpus even with one vote per item. */
export const parityOf = (itemDigest: string): number => Number.parseInt(itemDigest.slice(-1), 16) & 1;

/** The seed of an item's first vote in an order. Below 2^52, so JSON carries it exactly. */
export function seedBase(itemDigest: string, order: Order, stageSeed: number, purpose: string): number {
  const digest = sha256(`${purpose}\n${stageSeed}\n${itemDigest}\n${order.join(',')}`);
  return Number.parseInt(digest.slice(0, 10), 16) * seedSpacing;
}
