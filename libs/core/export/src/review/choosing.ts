/** How much a row is worth a look: the higher, the earlier it is asked about. Null where the row does not say. */
import type { OrderVotes, Row } from '@proofmill/contract';

export const reviewChoices = {
  random:
    'a random sample of the kept rows, the one of `proofmill sample`: what people say of it holds for all of them',
  uncertainty: 'the rows with the lowest probability of their label, or confidence where they have none; not a sample',
  disagreement: 'the rows whose votes are most against their label, each order counting as one half; not a sample',
} as const;
export type ReviewChoice = keyof typeof reviewChoices;

export const worthOf = (row: Row, by: Exclude<ReviewChoice, 'random'>): number | null =>
  by === 'uncertainty' ? uncertaintyOf(row) : disagreementOf(row);

function uncertaintyOf({ probability, confidence }: Row): number | null {
  const certainty = probability ?? confidence;
  return certainty === null ? null : 1 - certainty;
}

function disagreementOf({ votes, winner }: Row): number | null {
  const shares = votes.flatMap((counts) => againstIn(counts, winner) ?? []);
  return shares.length === 0 ? null : shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

/** The share of the votes of an order that are not for the label; null where it has none, or the winner was not shown. */
function againstIn({ order, first, second, tie, picks, ratings }: OrderVotes, winner: number | null): number | null {
  if (ratings !== null || (winner !== null && !order.includes(winner))) return null;
  const cast = picks ?? [first, second];
  const valid = cast.reduce((sum, count) => sum + count, tie);
  const agreeing = winner === null ? tie : (cast[order.indexOf(winner)] ?? 0);
  return valid === 0 ? null : 1 - agreeing / valid;
}
