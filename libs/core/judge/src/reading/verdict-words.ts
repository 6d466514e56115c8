import type { Judgment } from '@proofmill/contract';

export type Verdict = Exclude<Judgment, 'invalid'>;
export type Verdicts = Readonly<Record<string, Verdict>>;

/** What a text means that must be one verdict word, but for case and white space around it. Null where it is none. */
export function verdictOf(text: string, verdicts: Verdicts): Verdict | null {
  const word = text.trim();
  for (const [verdict, judgment] of Object.entries(verdicts)) if (sameWord(word, verdict)) return judgment;
  return null;
}

/** In both cases, since some look-alikes become a plain letter in one of them (U+0131 is I in upper case, U+212A k in lower). */
const sameWord = (one: string, other: string): boolean =>
  one.length === other.length && one.toUpperCase() === other.toUpperCase() && one.toLowerCase() === other.toLowerCase();

/**
 * What a ranking score means that runs from 1 (the first is much better) to `to`. Exactly in the middle, or out of range, it is
 * no verdict: GenRM's reference code falls back to the middle where it cannot read, so a middle value may stand for nothing.
 */
export function verdictOfRanking(score: number, to: number): Verdict | null {
  const middle = (1 + to) / 2;
  if (!(score >= 1 && score <= to) || score === middle) return null;
  return score < middle ? 'first' : 'second';
}

/** The whole ranking scores as words; none where they have more than one digit, which may be more than one token. */
export function rankingWords(to: number): Verdicts {
  if (to > 9) return {};
  const words: Record<string, Verdict> = {};
  for (let score = 1; score <= to; score += 1) {
    const verdict = verdictOfRanking(score, to);
    if (verdict) words[score] = verdict;
  }
  return words;
}
