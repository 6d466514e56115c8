/** The body of a request for token ids, and the reading of its answer. */
import { TerminalError, type TokensAnswer, type TokensRequest } from '@proofmill/contract';
import { unreadableAnswer } from './unusable-answer.ts';
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

/**
 * @throws TerminalError unsupported when a text has no tokens: llama.cpp has the route with other fields, and answers so
 * @throws RetryableError engine-error when it is no such answer
 */
export function readTokensAnswer(answer: unknown, { input }: TokensRequest): TokensAnswer {
  const tokens = listAt(bodyOf(answer), 'tokens');
  if (!tokens.every((token): token is number => Number.isInteger(token))) {
    throw unreadableAnswer('a token is not a number');
  }
  if (tokens.length === 0 && input.length > 0) {
    throw new TerminalError(
      'unsupported',
      "The engine's /tokenize does not read the fields of vLLM: a text has no tokens there.",
    );
  }
  return { kind: 'tokens', tokens };
}
