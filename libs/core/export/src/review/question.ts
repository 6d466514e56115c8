/** A row as people are asked about it: its responses in an order that says nothing of the judge's verdict. */
import { chanceOf, type Row, sha256, transcriptOf } from '@proofmill/contract';

export interface ReviewQuestion {
  /** Its number in the review, from 1. */
  readonly rank: number;
  /** The id of the row. */
  readonly item: string;
  readonly prompt: string;
  /** The responses as they are shown, and the index that each has in the row. */
  readonly shown: readonly string[];
  readonly order: readonly number[];
  /** What the judge says, as people would; null where it is not to be shown. */
  readonly judged: string | null;
}

/** What people may answer besides a response. */
export const equalVerdict = 'equal';
export const unknownVerdict = 'cannot tell';

/** The answer that names the response at a place, from 0. */
export const verdictFor = (place: number): string => `Response ${place + 1}`;

/** `seed` decides the order: the same for the same output, and not chosen by anybody. */
export function reviewQuestion(
  row: Row,
  { rank, seed, showJudge }: { readonly rank: number; readonly seed: string; readonly showJudge: boolean },
): ReviewQuestion {
  const order = shuffled(row.responses.length, sha256(`${seed} ${row.id}`));
  const [only] = row.prompt;
  return {
    rank,
    item: row.id,
    prompt: row.prompt.length === 1 && only?.role === 'user' ? only.content : transcriptOf(row.prompt),
    shown: order.map((index) => row.responses[index] ?? ''),
    order,
    judged: showJudge ? (row.winner === null ? equalVerdict : verdictFor(order.indexOf(row.winner))) : null,
  };
}

/** 0 .. count - 1 in an order that a digest decides (Fisher and Yates; Durstenfeld, Algorithm 235, 1964). */
function shuffled(count: number, digest: string): number[] {
  const chance = chanceOf(Number.parseInt(digest.slice(0, 8), 16));
  const order = Array.from({ length: count }, (_, index) => index);
  for (let last = count - 1; last > 0; last -= 1) {
    const drawn = Math.floor(chance() * (last + 1));
    [order[last], order[drawn]] = [order[drawn] ?? 0, order[last] ?? 0];
  }
  return order;
}
