import type { ChatChoice, ParseRule } from '@proofmill/contract';
import type { Reading } from './read-text.ts';
import { shareOfFirst } from './token-share.ts';
import type { Verdict } from './verdict-words.ts';

type TokenProbabilitiesRule = Extract<ParseRule, { rule: 'token-probabilities' }>;

/** The verdict is the likelier response; the text of the answer says nothing. */
export function readTokenProbabilities(choice: ChatChoice, rule: TokenProbabilitiesRule): Reading {
  const probability = probabilityByTokens(choice, rule);
  const judgment = probability === null ? 'invalid' : judgmentByProbability(probability);
  return { judgment, rationale: '', probability, scores: null };
}

/**
 * The probability of the response shown first by the verdict tokens in first place of the answer. A token counts with and
 * without white space around it: " A" and "A" are one verdict. Null where no verdict token is among those that were sent.
 * An answer of one token ends by its limit, so an answer that was cut off is as good as one that stopped.
 */
function probabilityByTokens({ tokens, finishReason }: ChatChoice, rule: TokenProbabilitiesRule): number | null {
  const [place] = tokens ?? [];
  if (!place || (finishReason !== 'stop' && finishReason !== 'length')) return null;
  return shareOfFirst(place.top, (token) => {
    const word = token.trim();
    return Object.hasOwn(rule.tokens, word) ? (rule.tokens[word] ?? null) : null;
  });
}

/** Equal probabilities are a tie. */
function judgmentByProbability(probability: number): Verdict {
  if (probability === 0.5) return 'tie';
  return probability > 0.5 ? 'first' : 'second';
}
