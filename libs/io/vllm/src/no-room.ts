/** What servers say when prompt and answer do not fit the model together. */
import type { APIError } from 'openai';

/** In tokens. */
export interface NoRoom {
  /** Of prompt and answer together. */
  readonly limit: number;
  readonly prompt: number;
  /** What the request allows for the answer; null where the server counts the prompt alone. */
  readonly answer: number | null;
}

/** The numbers of a refusal for want of room, in the wordings of vLLM 0.6 to 0.32, OpenAI, SGLang and llama.cpp; null for any other. */
export function noRoomIn(error: APIError, message: string): NoRoom | null {
  return inCompletion(message) ?? inBoth(message) ?? inPrompt(message) ?? inFields(error);
}

/** Whether a refusal is for want of room, in a wording without both numbers: Ollama, Anthropic, Gemini, and llama.cpp behind a gateway. */
export const saysTooLong = (error: APIError, message: string): boolean =>
  error.param === 'input_tokens' || error.code === 'context_length_exceeded' || tooLong.test(message);

const tooLong =
  /longer than the (?:model's )?context length|exceeds? (?:the )?(?:available |maximum |model's )*context (?:size|length|limit|window)|prompt is too long|exceeds the maximum number of tokens allowed/i;

/** vLLM: "'max_tokens' or 'max_completion_tokens' is too large: 4096. .. (4096 > 8192 - 5000)". */
function inCompletion(message: string): NoRoom | null {
  const [, answer, limit, prompt] = /max_\w*tokens.*\((\d+) > (\d+) - (\d+)\)/s.exec(message) ?? [];
  return limit && prompt && answer ? { limit: Number(limit), prompt: Number(prompt), answer: Number(answer) } : null;
}

/** OpenAI, older vLLM, SGLang: ".. maximum context length .. (5004 in the messages, 4096 in the completion)". */
function inBoth(message: string): NoRoom | null {
  const [, limit] = /maximum context length (?:is|of) (\d+)/.exec(message) ?? [];
  const [, prompt] = /(\d+) (?:tokens )?(?:in|from) the (?:input )?(?:messages|prompt)/.exec(message) ?? [];
  const [, answer] = /(\d+) (?:tokens )?(?:in|for) the completion/.exec(message) ?? [];
  return limit && prompt && answer ? { limit: Number(limit), prompt: Number(prompt), answer: Number(answer) } : null;
}

function inPrompt(message: string): NoRoom | null {
  const [, limit, prompt] =
    /maximum context length is (\d+)\D+?(?:at least |contains |requested |has |passed |resulted in )(\d+)/.exec(
      message,
    ) ?? [];
  if (limit && prompt) return { limit: Number(limit), prompt: Number(prompt), answer: null };
  const [, length, longest] =
    /prompt \(length (\d+)\) is longer than the maximum model length of (\d+)/.exec(message) ?? [];
  return length && longest ? { limit: Number(longest), prompt: Number(length), answer: null } : null;
}

/** llama.cpp puts the numbers beside its message. */
function inFields(error: APIError): NoRoom | null {
  const body: unknown = error.error;
  if (error.type !== 'exceed_context_size_error' || typeof body !== 'object' || body === null) return null;
  const { n_prompt_tokens: prompt, n_ctx: limit } = body as { n_prompt_tokens?: unknown; n_ctx?: unknown };
  return typeof prompt === 'number' && typeof limit === 'number' ? { limit, prompt, answer: null } : null;
}
