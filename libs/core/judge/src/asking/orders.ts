/** In which order a judge is shown the responses, and with which seeds. */
import { type Order, sha256, type VotesDefinition } from '@proofmill/contract';

/**
 * Seeds of one item and order are `base`, `base + 1`, ..: an engine gives answer i of a request the seed `seed + i`, so
 * requests with bases closer than their n would share answers. Bases are multiples of this, more than any number of votes.
 */
const SEED_SPACING = 4096;

/** The orders in which two responses are shown, the one that the item begins with first. */
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

/** 0 or 1, so that one vote an item is balanced over a corpus. */
export const parityOf = (itemDigest: string): number => Number.parseInt(itemDigest.slice(-1), 16) & 1;

/** The seed of the first vote of an item in an order: below 2^52, so that JSON carries it exactly. */
export function seedBase(itemDigest: string, order: Order, stageSeed: number, purpose: string): number {
  const digest = sha256(`${purpose}\n${stageSeed}\n${itemDigest}\n${order.join(',')}`);
  return Number.parseInt(digest.slice(0, 10), 16) * SEED_SPACING;
}
