/** The token limits of one request, and the cutting of an answer to them. */
import type { SamplingFields } from './request-fields.ts';
import type { Choice } from '../capacity/engine.ts';
import { badRequest } from './call.ts';
import { countTokens, firstTokens } from './tokens.ts';

/** How many tokens an answer may have. `wanted` null: all that fit. More than fits is silently clamped, as in vLLM. */
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

/** A text as the request limits it. The end of the sequence costs one token, and stop text is counted though removed. */
export function cutAnswer(text: string, sampling: Pick<SamplingFields, 'stop' | 'keepStop'>, limit: number): Choice {
  let stop: { at: number; word: string } | null = null;
  for (const word of sampling.stop) {
    const at = text.indexOf(word);
    if (at !== -1 && (stop === null || at < stop.at)) stop = { at, word };
  }
  const written = stop === null ? text : text.slice(0, stop.at + stop.word.length);
  const tokens = countTokens(written) + (stop === null ? 1 : 0);
  if (tokens > limit) {
    return { text: firstTokens(written, limit), completionTokens: limit, finishReason: 'length', stopReason: null };
  }
  const kept = stop === null || sampling.keepStop ? written : written.slice(0, stop.at);
  return { text: kept, completionTokens: tokens, finishReason: 'stop', stopReason: stop?.word ?? null };
}
