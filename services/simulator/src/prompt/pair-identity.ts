/** A pair apart from the order in which it is shown. */
import { type Digest, digestOfText, hexOfDigest } from '../draw.ts';

/** A question and its two responses, sorted, so that both presentation orders have one digest. */
export interface Pair {
  readonly digest: Digest;
  /** Whether the response that sorts first was shown first. */
  readonly sorted: boolean;
}

/** The pair of two responses as shown. Equal texts count as sorted. */
export function pairOf(question: string, shownFirst: string, shownSecond: string): Pair {
  const sorted = shownFirst <= shownSecond;
  const texts = sorted ? [question, shownFirst, shownSecond] : [question, shownSecond, shownFirst];
  return { digest: digestOfText(JSON.stringify(texts)), sorted };
}

/** The key under which the request log counts a pair: 64 hex characters, equal for both orders. */
export const pairKey = (question: string, responseA: string, responseB: string): string =>
  hexOfDigest(pairOf(question, responseA, responseB).digest);
