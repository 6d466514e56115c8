/** Decides a pair from counted votes. A pure function of what a row stores, so any reader of the row can check it. */
import type { Label, OrderVotes } from '@proofmill/contract';
import { majorityConfidence } from './confidence.ts';
import { leaderOf, type Tally } from './tally.ts';

/** Two responses, by index. */
export type Pair = readonly [number, number];

export interface Decision {
  /** The index of the better response; null for a tie. */
  readonly winner: number | null;
  readonly confidence: number;
  readonly confidenceOf: Label['confidenceOf'];
  /** The first response's share of the votes (a tie is half a vote for each), or its probability. */
  readonly share: number;
}

/** Decides a pair from the votes on it. Null if none is valid. */
export type Decider = (votes: readonly OrderVotes[], pair: Pair) => Decision | null;

const votesOn = (votes: readonly OrderVotes[], [one, other]: Pair): OrderVotes[] =>
  votes.filter(({ order }) => order.length === 2 && order.includes(one) && order.includes(other));

/** The valid votes on a pair, summed over its orders. */
function tallyOf(votes: readonly OrderVotes[], pair: Pair): Tally {
  const tally = { one: 0, other: 0, tie: 0 };
  for (const { order, first, second, tie } of votesOn(votes, pair)) {
    const straight = order[0] === pair[0];
    tally.one += straight ? first : second;
    tally.other += straight ? second : first;
    tally.tie += tie;
  }
  return tally;
}

/** By majority. Null if no vote is valid. */
export function decideByVotes(votes: readonly OrderVotes[], pair: Pair): Decision | null {
  const tally = tallyOf(votes, pair);
  const { one, other, tie } = tally;
  if (one + other + tie === 0) return null;
  const leader = leaderOf(tally);
  const share = (one + tie / 2) / (one + other + tie);
  if (leader === 'tie') return { winner: null, confidence: 0.5, confidenceOf: 'votes', share };
  return {
    share,
    winner: leader === 'one' ? pair[0] : pair[1],
    confidence: majorityConfidence(Math.max(one, other), Math.min(one, other)),
    confidenceOf: 'votes',
  };
}

/**
 * By the probabilities that a judge gives the responses at its verdict: the mean over the answers of each order, then over the
 * orders, so position bias cancels out (NiuTrans/GRAM, evaluation/gram_eval.py). Null if no order has a valid answer.
 */
export function decideByProbability(votes: readonly OrderVotes[], pair: Pair): Decision | null {
  const [one, other] = pair;
  const ofOne = votesOn(votes, pair).flatMap(({ order, probabilities }) => {
    if (probabilities === null || probabilities.length === 0) return [];
    const mean = probabilities.reduce((sum, each) => sum + each, 0) / probabilities.length;
    return [order[0] === one ? mean : 1 - mean];
  });
  if (ofOne.length === 0) return null;
  const probability = ofOne.reduce((sum, each) => sum + each, 0) / ofOne.length;
  return {
    share: probability,
    winner: probability === 0.5 ? null : probability > 0.5 ? one : other,
    confidence: Math.max(probability, 1 - probability),
    confidenceOf: 'probability',
  };
}

/** Whether the votes of the two orders name different winners: then position decided, not the response. */
export function ordersDisagree(votes: readonly OrderVotes[]): boolean {
  return votes.some(({ order }, at) => {
    const reverse = votes.slice(at + 1).find((each) => each.order[0] === order[1] && each.order[1] === order[0]);
    const [one, other] = order;
    if (!reverse || one === undefined || other === undefined) return false;
    const winners = [votes[at], reverse].map((each) => each && decideByVotes([each], [one, other])?.winner);
    return typeof winners[0] === 'number' && typeof winners[1] === 'number' && winners[0] !== winners[1];
  });
}
