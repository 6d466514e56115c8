/** Whether counted votes are no more than a stage asks for. */
import type { LabelDefinition, OrderVotes, VotesDefinition } from '@proofmill/contract';
import { answersOfOrder } from '../comparing/comparison.ts';

interface Voted {
  readonly votes: VotesDefinition;
}

/** Why the votes are none that the judge was asked for, as the rest of "it .."; null where they fit. */
export function whyVotesUnfit(
  counted: readonly OrderVotes[],
  { votes }: Voted,
  ranking: LabelDefinition['ranking'],
  responses: number | null,
): string | null {
  const pairs = new Map<string, OrderVotes[]>();
  for (const each of counted) {
    if (each.order.length !== 2)
      return `has votes on ${each.order.length} responses at a time, and a judge compares two`;
    const pair = [...each.order].sort((a, b) => a - b).join(' and ');
    pairs.set(pair, [...(pairs.get(pair) ?? []), each]);
  }
  const most = mostPairs(responses, ranking);
  if (pairs.size > most) return `has votes on ${pairs.size} pairs of responses, and the stage compares ${most} at most`;
  for (const [pair, ofPair] of pairs) {
    const why = whyPairUnfit(ofPair, votes);
    if (why !== null) return `has wrong votes on responses ${pair}: ${why}`;
  }
  return null;
}

function mostPairs(responses: number | null, ranking: LabelDefinition['ranking']): number {
  if (responses === null) return Number.POSITIVE_INFINITY;
  return ranking === 'round-robin' ? (responses * (responses - 1)) / 2 : responses - 1;
}

function whyPairUnfit(counted: readonly OrderVotes[], votes: VotesDefinition): string | null {
  const orders = votes.orders === 'fixed' ? 1 : 2;
  if (counted.length > orders) return `they are in ${counted.length} orders, ${orders} at most are asked`;
  if (new Set(counted.map(({ order }) => order[0])).size !== counted.length) return 'the same order is counted twice';
  let sum = 0;
  for (const { first, second, tie, invalid, probabilities } of counted) {
    const valid = first + second + tie;
    const { cap, most } = answersOfOrder(votes, orders, 0);
    if (valid > cap) return `${valid} valid ones in one order, ${cap} at most are wanted`;
    if (valid + invalid > most) return `${valid + invalid} answers in one order, ${most} at most are asked for`;
    if (probabilities !== null && probabilities.length !== valid) return 'they have another number of probabilities';
    sum += valid;
  }
  return sum > votes.max ? `${sum} valid ones, ${votes.max} at most are wanted` : null;
}
