import type { AnswerToken } from '@proofmill/contract';
import type { Verdict } from './verdict-words.ts';

/** vLLM writes -9999 where a token has no probability at all. */
const NO_PROBABILITY = -9999;

/**
 * The probability of `first` in one place of an answer, renormalised over the tokens that mean something there; a tie counts
 * half for each side. Null where no token means anything.
 */
export function shareOfFirst(top: AnswerToken['top'], meaningOf: (token: string) => Verdict | null): number | null {
  const meant = Object.entries(top).flatMap(([token, logprob]) => {
    const meaning = logprob > NO_PROBABILITY && logprob < Number.POSITIVE_INFINITY ? meaningOf(token) : null;
    return meaning ? [{ meaning, logprob }] : [];
  });
  // Against the likeliest one, so that small probabilities do not all become 0.
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
