/** The outcome of an item that another one was asked for: the same, with the responses where they stand here. */
import type { Label, OrderVotes, Outcome, Scores } from '@proofmill/contract';

const NOTHING_SPENT = { prompt: 0, completion: 0 };

/** `there[i]` is the index in the asked item of response i. */
export function outcomeOfSame(outcome: Outcome, there: readonly number[]): Outcome {
  if (outcome.type === 'skipped') return outcome;
  const here = (index: number): number => there.indexOf(index);
  const votesHere = (votes: readonly OrderVotes[]): OrderVotes[] =>
    votes.map((each) => ({ ...each, order: each.order.map(here) }));
  const scoresHere = (scores: Scores | null): Scores | null =>
    scores && {
      ...scores,
      values: there.map((index) => scores.values[index] ?? 0),
      errors: scores.errors && there.map((index) => scores.errors?.[index] ?? 0),
    };
  // Its votes are counted where they were cast.
  if (outcome.type === 'failed') return { ...outcome, votes: [], tokens: NOTHING_SPENT };

  const { label, proof, cascade } = outcome;
  const labelHere = (given: Label): Label => ({
    ...given,
    winner: given.winner === null ? null : here(given.winner),
    votes: votesHere(given.votes),
    rationale: given.rationale && { ...given.rationale, order: given.rationale.order.map(here) },
    ranking: given.ranking?.map(here) ?? null,
    scores: scoresHere(given.scores),
  });
  return {
    ...outcome,
    ...(label ? { label: labelHere(label) } : {}),
    ...(proof ? { proof: { ...proof, order: proof.order.map(here) } } : {}),
    ...(cascade
      ? {
          cascade: {
            ...cascade,
            first: {
              ...cascade.first,
              winner: cascade.first.winner === null ? null : here(cascade.first.winner),
              votes: votesHere(cascade.first.votes),
              scores: scoresHere(cascade.first.scores),
              tokens: NOTHING_SPENT,
            },
          },
        }
      : {}),
    tokens: NOTHING_SPENT,
  };
}
