/** The body of a request that scores a text, and the reading of its answer. */
import type { OpenAI } from 'openai';
import { unreadableAnswer } from './dispositions.ts';
import { listAt, objectOf } from './fields.ts';

type ScoringBody = OpenAI.CompletionCreateParamsNonStreaming & { prompt_logprobs: number };

/**
 * vLLM's `prompt_logprobs`, not OpenAI's `echo`: it leaves the prefix cache alone, so that repeated calls agree. 0 asks for
 * the tokens of the text alone; one token must be generated, and is not looked at.
 */
export const scoringBody = (model: string, text: string): ScoringBody => ({
  model,
  prompt: text,
  max_tokens: 1,
  temperature: 0,
  prompt_logprobs: 0,
  stream: false,
});

/** @throws RetryableError engine-error */
export function readLogprobs(answer: unknown): (number | null)[] {
  const [first] = listAt(objectOf(answer, 'it'), 'choices');
  const tokens = listAt(objectOf(first, 'its choice'), 'prompt_logprobs');
  return tokens.map((token, index) => {
    if (token === null && index === 0) return null;
    const candidates = Object.values(objectOf(token, 'a token'));
    if (candidates.length !== 1) throw unreadableAnswer('a token has several log-probabilities');
    const { logprob } = objectOf(candidates[0], 'a token');
    if (typeof logprob !== 'number') throw unreadableAnswer('a log-probability is not a number');
    return logprob;
  });
}
