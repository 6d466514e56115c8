import type { Label } from '@proofmill/contract';
import { differentResponses, withEquals } from './responses.ts';

/**
 * The label that the scores of responses give. The confidence is that of the Bradley-Terry model that reward models are trained
 * with: 1 / (1 + exp(-margin)), where the margin is the lead over the next best response.
 */
export function labelOfScores(values: readonly number[], responses: readonly string[]): Label {
  const scoreOf = (index: number): number => values[index] ?? Number.NEGATIVE_INFINITY;
  const ranked = differentResponses(responses).sort((one, other) => scoreOf(other) - scoreOf(one) || one - other);
  const [best = 0, next = 0] = ranked;
  const margin = scoreOf(best) - scoreOf(next);
  return {
    winner: margin === 0 ? null : best,
    tie: margin === 0,
    confidence: 1 / (1 + Math.exp(-margin)),
    confidenceOf: 'margin',
    votes: [],
    rationale: null,
    ranking: withEquals(ranked, responses),
    scores: { kind: 'reward', values: [...values], errors: null },
  };
}
