/** How many answers an item may take: for a plan, before anything is asked. */
import { type LabelDefinition, ruleGives, type StageDefinition } from '@proofmill/contract';
import { differentResponses } from '../votes/responses.ts';

type LabelJudge = Pick<LabelDefinition, 'profile'> & { readonly votes: Pick<LabelDefinition['votes'], 'max'> };

/**
 * The most answers that a stage asks for about an item whose answers can all be read: those that decide sooner, and a proof that passes its
 * checks the first time, take fewer. A stage that begins with a cheap judge may ask both.
 */
export function mostAnswers(definition: StageDefinition, responses: readonly string[]): number {
  if (definition.kind === 'prove') return definition.candidates;
  const { first, ranking } = definition;
  const players = differentResponses(responses).length;
  const comparisons = ranking === 'round-robin' ? (players * (players - 1)) / 2 : players - 1;
  const of = ({ profile, votes }: LabelJudge): number =>
    ruleGives[profile.parse.rule] === 'score' ? players : comparisons * votes.max;
  // Identical responses need no judge.
  if (players < 2) return 0;
  return of(definition) + (first ? of(first) : 0);
}
