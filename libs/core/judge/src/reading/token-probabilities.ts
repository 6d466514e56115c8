import type { ChatChoice, ParseRule } from '@proofmill/contract';
import { shareOfFirst } from './token-share.ts';
import type { Verdict } from './verdict-words.ts';

type TokenProbabilitiesRule = Extract<ParseRule, { rule: 'token-probabilities' }>;

/**
 * The probability of the response shown first by the verdict tokens in first place of the answer. A token counts with and
 * without white space around it: " A" and "A" are one verdict. Null where no verdict token is among those that were sent.
 * An answer of one token ends by its limit, so an answer that was cut off is as good as one that stopped.
 */
export function probabilityByTokens({ tokens, finishReason }: ChatChoice, rule: TokenProbabilitiesRule): number | null {
  const [place] = tokens ?? [];
  if (!place || (finishReason !== 'stop' && finishReason !== 'length')) return null;
  return shareOfFirst(place.top, (token) => {
    const word = token.trim();
    return Object.hasOwn(rule.tokens, word) ? (rule.tokens[word] ?? null) : null;
  });
}

/** Equal probabilities are a tie. */
export function judgmentByProbability(probability: number): Verdict {
  if (probability === 0.5) return 'tie';
  return probability > 0.5 ? 'first' : 'second';
}
