import type { AnswerToken } from '@proofmill/contract';
import type { Verdict } from './verdict-words.ts';

/** vLLM's log-probability of a token with no probability at all. */
const noProbability = -9999;

/**
 * The probability of `first` at one position of an answer, renormalised over the tokens that mean a verdict; a tie counts half for
 * each side. Null if no token means one.
 */
export function shareOfFirst(top: AnswerToken['top'], meaningOf: (token: string) => Verdict | null): number | null {
  const meant = Object.entries(top).flatMap(([token, logprob]) => {
    const meaning = logprob > noProbability && logprob < Number.POSITIVE_INFINITY ? meaningOf(token) : null;
    return meaning ? [{ meaning, logprob }] : [];
  });
  // Relative to the likeliest token, so that small probabilities do not all underflow to 0.
  const likeliest = meant.reduce((most, { logprob }) => Math.max(most, logprob), Number.NEGATIVE_INFINITY);
  let first = 0;
  let all = 0;
  for (const { meaning, logprob } of meant) {
    const weight = Math.exp(logprob - likeliest);
    all += weight;
    if (meaning === 'first') first += weight;
    if (meaning === 'tie') first += weight / 2;
  }
  return all > 0 ? Math.min(1, first / all) : null;
}
