/** The body of a request that scores a text, and the reading of its answer. */
import { isScore, type LogprobsAnswer, type LogprobsRequest, TerminalError } from '@proofmill/contract';
import type { OpenAI } from 'openai';
import { bodyOf, listAt, objectOf } from './fields.ts';
import { unreadableAnswer } from './unusable-answer.ts';

type LogprobsBody = OpenAI.CompletionCreateParamsNonStreaming & { prompt_logprobs: number };

/**
 * vLLM's `prompt_logprobs`, not OpenAI's `echo`: it leaves the prefix cache alone, so that repeated calls agree. 0 asks for
 * the tokens of the text alone; one token must be generated, and is ignored.
 */
export const logprobsBody = ({ model, prompt }: LogprobsRequest): LogprobsBody => ({
  model,
  prompt: typeof prompt === 'string' ? prompt : [...prompt],
  max_tokens: 1,
  temperature: 0,
  prompt_logprobs: 0,
  stream: false,
});

/**
 * @throws TerminalError unsupported when it has no log-probabilities: a server that does not know the field ignores it
 * @throws RetryableError engine-error when it is not an answer of that kind
 */
export function readLogprobsAnswer(answer: unknown): LogprobsAnswer {
  const [first] = listAt(bodyOf(answer), 'choices');
  const choice = objectOf(first, 'its choice');
  if ((choice.prompt_logprobs ?? null) === null) {
    throw new TerminalError('unsupported', 'The engine gives no log-probabilities of a prompt (prompt_logprobs).');
  }
  const logprobs = listAt(choice, 'prompt_logprobs').map((token, index) => {
    if (token === null && index === 0) return null;
    const candidates = Object.values(objectOf(token, 'a token'));
    if (candidates.length !== 1) throw unreadableAnswer('a token has several log-probabilities');
    const { logprob } = objectOf(candidates[0], 'a token');
    if (!isScore(logprob)) throw unreadableAnswer('a log-probability is not a number, or is out of all range');
    return logprob;
  });
  return { kind: 'logprobs', logprobs };
}
