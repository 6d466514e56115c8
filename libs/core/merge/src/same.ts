/** The outcome of a duplicate: that of the item that was asked about, with its responses renumbered. */
import type { Label, OrderVotes, Outcome, Scores } from '@proofmill/contract';

const nothingSpent = { prompt: 0, completion: 0 };

/** `askedIndexes[i]` is the index of response i in the item that was asked about. */
export function outcomeOfSame(outcome: Outcome, askedIndexes: readonly number[]): Outcome {
  if (outcome.type === 'skipped') return outcome;
  const here = (index: number): number => askedIndexes.indexOf(index);
  const votesHere = (votes: readonly OrderVotes[]): OrderVotes[] =>
    votes.map((each) => ({ ...each, order: each.order.map(here) }));
  const scoresHere = (scores: Scores | null): Scores | null =>
    scores && {
      ...scores,
      values: askedIndexes.map((index) => scores.values[index] ?? 0),
      errors: scores.errors && askedIndexes.map((index) => scores.errors?.[index] ?? 0),
    };
  // Votes count once, for the item that was asked about.
  if (outcome.type === 'failed') return { ...outcome, votes: [], tokens: nothingSpent };

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
              tokens: nothingSpent,
            },
          },
        }
      : {}),
    tokens: nothingSpent,
  };
}
