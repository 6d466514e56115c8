import type { ChatChoice, ParseRule } from '@proofmill/contract';
import type { Reading } from './read-text.ts';
import { shareOfFirst } from './token-share.ts';
import type { Verdict } from './verdict-words.ts';

type TokenProbabilitiesRule = Extract<ParseRule, { rule: 'token-probabilities' }>;

/** The likelier response is the verdict. The text of the answer is ignored. */
export function readTokenProbabilities(choice: ChatChoice, rule: TokenProbabilitiesRule): Reading {
  const probability = probabilityByTokens(choice, rule);
  const judgment = probability === null ? 'invalid' : judgmentByProbability(probability);
  return { judgment, rationale: '', probability, scores: null };
}

/**
 * The probability of the response shown first, from the verdict tokens at the first position of the answer. White space around a
 * token is ignored: " A" and "A" are one verdict. Null if the server sent no verdict token. A one-token answer ends at its token
 * limit, so a cut-off answer is as good as one that stopped.
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
