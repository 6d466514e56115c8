/** The body of a request for token ids, and the reading of its answer. */
import type { TokensAnswer, TokensRequest } from '@proofmill/contract';
import { unreadableAnswer } from './dispositions.ts';
import { bodyOf, listAt } from './fields.ts';
import { templateFields } from './template-fields.ts';

/**
 * A text without special tokens, so that its ids may follow those of a conversation; a conversation with the tokens that the
 * template opens an answer with.
 */
export const tokensBody = ({ model, input, chatTemplateKwargs }: TokensRequest) =>
  typeof input === 'string'
    ? { model, prompt: input, add_special_tokens: false }
    : { model, messages: input, add_generation_prompt: true, ...templateFields(chatTemplateKwargs) };

/** @throws RetryableError engine-error */
export function readTokensAnswer(answer: unknown): TokensAnswer {
  const tokens = listAt(bodyOf(answer), 'tokens');
  if (!tokens.every((token): token is number => Number.isInteger(token))) {
    throw unreadableAnswer('a token is not a number');
  }
  return { kind: 'tokens', tokens };
}
