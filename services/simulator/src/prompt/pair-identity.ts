/** The identity of a pair: the same whichever response is shown first. */
import { type Digest, digestOfText, hexOfDigest } from '../digest.ts';

export interface PairIdentity {
  /** Of the question and the two responses in sorted order. */
  readonly digest: Digest;
  /** Whether the response that sorts first was shown first. Equal texts count as sorted. */
  readonly isSorted: boolean;
}

export function pairIdentityOf(question: string, shownFirst: string, shownSecond: string): PairIdentity {
  const isSorted = shownFirst <= shownSecond;
  const texts = isSorted ? [question, shownFirst, shownSecond] : [question, shownSecond, shownFirst];
  return { digest: digestOfText(JSON.stringify(texts)), isSorted };
}

/** The key under which the request log counts a pair: 64 hex characters, equal for both orders. */
export const pairKey = (question: string, responseA: string, responseB: string): string =>
  hexOfDigest(pairIdentityOf(question, responseA, responseB).digest);
