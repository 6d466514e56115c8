/** Counts of votes on two responses, and when further votes are pointless. */
import type { StopRule } from '@proofmill/contract';
import { majorityConfidence } from './confidence.ts';

/** Valid votes: for one response, for the other, for neither. */
export interface Tally {
  readonly one: number;
  readonly other: number;
  readonly tie: number;
}

type Side = keyof Tally;

/** The response with more votes leads. Equal counts are a tie, and so are more votes for a tie than for either response. */
export function leaderOf({ one, other, tie }: Tally): Side {
  if (one === other || tie > Math.max(one, other)) return 'tie';
  return one > other ? 'one' : 'other';
}

/** How many votes may still be cast, and whether the judge may call a tie. */
export interface Remaining {
  readonly left: number;
  readonly ties: boolean;
}

/** Whether the leader stays the same however the remaining votes are cast. */
export function isCertain(tally: Tally, { left, ties }: Remaining): boolean {
  const leader = leaderOf(tally);
  const { one, other, tie } = tally;
  if (leader === 'tie') return left === 0 || tie > Math.max(one, other) + left;
  return Math.max(one, other) > Math.min(one, other) + left && (!ties || tie + left <= Math.max(one, other));
}

/** Whether the stop rule asks for no further votes. */
export function isDecided(tally: Tally, remaining: Remaining, stop: StopRule): boolean {
  if (remaining.left === 0) return true;
  if (stop === 'none') return false;
  if (isCertain(tally, remaining)) return true;
  if (stop === 'certain' || leaderOf(tally) === 'tie') return false;
  return majorityConfidence(Math.max(tally.one, tally.other), Math.min(tally.one, tally.other)) >= stop.confidence;
}

/**
 * The fewest further votes, all cast alike, that could satisfy the stop rule. Asking for that many at once wastes none
 * compared with asking one at a time: fewer can never decide.
 *
 * For `certain` and two sides this is ceil((left - lead + 1) / 2): a lead of l is safe once l + m > left - m.
 */
export function fewestToDecide(tally: Tally, { left, ties }: Remaining, stop: StopRule): number {
  if (stop === 'none') return left;
  const sides: Side[] = ties ? ['one', 'other', 'tie'] : ['one', 'other'];
  for (let count = 1; count < left; count += 1) {
    const remaining = { left: left - count, ties };
    if (sides.some((side) => isDecided({ ...tally, [side]: tally[side] + count }, remaining, stop))) return count;
  }
  return left;
}
