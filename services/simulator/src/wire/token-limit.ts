/** The token limit of a request, and cutting an answer to it. */
import type { Choice } from '../capacity/engine.ts';
import { badRequest } from './refusal.ts';
import type { SamplingFields } from './request-fields.ts';
import { countTokens, firstTokens } from './tokens.ts';

/**
 * The number of tokens that an answer may have. `wanted` null means all that fit. As in vLLM, a number that does not fit is
 * silently reduced.
 */
export function answerLimit(promptTokens: number, wanted: number | null, maxModelTokens: number): number {
  if (wanted !== null && wanted < 1) throw badRequest(`max_tokens must be at least 1, got ${wanted}.`, 'max_tokens');
  if (wanted !== null && wanted > maxModelTokens) {
    throw badRequest(
      `max_tokens=${wanted} cannot be greater than max_model_len=${maxModelTokens}. Please request fewer output tokens.`,
      'max_tokens',
    );
  }
  if (promptTokens >= maxModelTokens) {
    throw badRequest(
      `This model's maximum context length is ${maxModelTokens} tokens. However, your prompt contains at least ${maxModelTokens + 1} input tokens, for a total of at least ${maxModelTokens + 1} tokens. Please reduce the length of the input prompt.`,
      'input_tokens',
    );
  }
  return Math.min(wanted ?? maxModelTokens, maxModelTokens - promptTokens);
}

/** Cuts a text at stop strings and the limit. The end of the sequence costs a token; a stop string counts although it is removed. */
export function cutAnswer(text: string, sampling: Pick<SamplingFields, 'stop' | 'keepStop'>, limit: number): Choice {
  let stop: { at: number; word: string } | null = null;
  for (const word of sampling.stop) {
    const at = text.indexOf(word);
    if (at !== -1 && (stop === null || at < stop.at)) stop = { at, word };
  }
  const generated = stop === null ? text : text.slice(0, stop.at + stop.word.length);
  const tokens = countTokens(generated) + (stop === null ? 1 : 0);
  if (tokens > limit) {
    return { text: firstTokens(generated, limit), completionTokens: limit, finishReason: 'length', stopReason: null };
  }
  const visible = stop === null || sampling.keepStop ? generated : generated.slice(0, stop.at);
  return { text: visible, completionTokens: tokens, finishReason: 'stop', stopReason: stop?.word ?? null };
}
