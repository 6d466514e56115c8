/** The rows of the table in dispositions.ts that begin with a status. */
import { ConfigurationError, RefusalError, RetryableError, TerminalError, UnavailableError } from '@proofmill/contract';
import { APIError } from 'openai';
import type { Circumstances } from './circumstances.ts';
import { type NoRoom, noRoomIn, saysTooLong } from './no-room.ts';
import { serverMessage, shortened } from './server-message.ts';
import { keyRefusal, noSuchModel, noSuchRoute, redirected, refusedKey } from './server-refusals.ts';

const defaultBusyMs = 1000;
const longestRetryAfterMs = 600_000;

const liteLlmHasNone =
  /^\W*(error\W+)?\S*: (invalid model name passed in\b|you passed in model=\S+ there (is|are) no\b)/i;

/** Whether the server has no such model, in the words of vLLM, OpenAI and Ollama (404) or of LiteLLM (400). */
export const isUnknownModel = (error: unknown): boolean => {
  if (!(error instanceof APIError)) return false;
  const message = serverMessage(error);
  if (error.status === 400) return liteLlmHasNone.test(message);
  if (error.status !== 404) return false;
  return (
    error.param === 'model' ||
    error.code === 'model_not_found' ||
    /\bmodel\b.*(does not exist|not found)/i.test(message)
  );
};

/** What a reply with another status than 200 means. */
export function ofStatus(error: APIError, status: number, circumstances: Circumstances): Error {
  const { doing, engine } = circumstances;
  const message = serverMessage(error);
  const sentence = `While ${doing}: the engine says ${status}${message === '' ? '' : ` "${shortened(message)}"`}.`;
  const saysStatus = `While ${doing}: the engine says ${status}.`;
  const options = { cause: error, said: sentence };
  if (status >= 300 && status < 400) return redirected(error, status, circumstances);
  if (isAboutQuota(error, status, message)) return new RefusalError('quota', sentence, options);
  switch (status) {
    case 400:
      if (keyRefusal.test(message)) return refusedKey(status, circumstances, { ...options, said: saysStatus });
      if (isUnknownModel(error)) return noSuchModel(message, circumstances, options);
      break;
    case 401:
    case 403:
      return refusedKey(status, circumstances, { ...options, said: saysStatus });
    case 404:
      if (isUnknownModel(error)) return noSuchModel(message, circumstances, options);
      return noSuchRoute(status, circumstances, options);
    case 405:
    case 501:
      return noSuchRoute(status, circumstances, options);
    case 407:
      return new ConfigurationError(
        `While ${doing}: the proxy to ${engine} wants credentials (407): HTTP_PROXY=http://USER:PASSWORD@HOST:PORT.`,
        options,
      );
    case 408:
    case 504:
      return new RetryableError('timeout', sentence, options);
    case 429:
    case 503:
      return new RetryableError('busy', sentence, { ...options, afterMs: retryAfterMs(error) ?? defaultBusyMs });
  }
  if (status < 500) return ofRefusedRequest(error, message, sentence, circumstances);
  if (/cannot schedule new futures after shutdown/i.test(message)) {
    return new UnavailableError('engine-unreachable', sentence, options);
  }
  if (/EngineCore encountered an issue|EngineDead|engine( core| process)? (is dead|died)/i.test(message)) {
    return new UnavailableError('engine-died', sentence, options);
  }
  return new RetryableError('engine-error', sentence, options);
}

/** OpenAI's code, and the words of those who sell tokens. A key that is refused (403) may be refused for want of credit. */
const isAboutQuota = (error: APIError, status: number, message: string): boolean =>
  status === 402 ||
  ((status === 429 || status === 403) &&
    (error.code === 'insufficient_quota' ||
      /current quota|insufficient (credit|balance|fund)|credit balance/i.test(message)));

/** Fields of a request that are the same for all prompts of a stage: a mistake in them concerns every prompt. */
const stageFields = /^(body\.)?(max_tokens|max_completion_tokens|temperature|top_p|n)$/;

function ofRefusedRequest(error: APIError, message: string, sentence: string, circumstances: Circumstances): Error {
  const { doing, feature } = circumstances;
  const options = { cause: error };
  const noRoom = noRoomIn(error, message);
  if (noRoom) return ofNoRoom(noRoom, doing, options);
  if (typeof error.param === 'string' && stageFields.test(error.param)) {
    return new ConfigurationError(
      `While ${doing}: the engine refuses this ${error.param}: "${shortened(message)}".`,
      options,
    );
  }
  if (saysTooLong(error, message)) return new TerminalError('prompt-too-long', sentence, options);
  if (feature?.refusal.test(message)) return new TerminalError('unsupported', sentence, options);
  return new TerminalError('bad-request', sentence, options);
}

function ofNoRoom({ limit, prompt, answer }: NoRoom, doing: string, options: ErrorOptions): Error {
  if (answer === null) {
    const sentence = `The prompt has ${prompt} tokens or more, the model takes ${limit}.`;
    return new TerminalError('prompt-too-long', sentence, options);
  }
  if (answer >= limit) {
    return new ConfigurationError(
      `While ${doing}: sampling.maxTokens is ${answer}, but the model takes ${limit} tokens of prompt and answer together.`,
      options,
    );
  }
  const sentence = `The prompt has ${prompt} tokens, which leaves no room for the ${answer} of sampling.maxTokens: the model takes ${limit} together.`;
  return new TerminalError('prompt-too-long', sentence, options);
}

/** Seconds or a date (RFC 9110, 10.2.3). */
function retryAfterMs(error: APIError): number | null {
  const value = error.headers?.get('retry-after') ?? null;
  if (value === null) return null;
  const isDate = value.endsWith('GMT'); // Date.parse would take "-3" for a date, too
  if (!isDate && !/^\d+(\.\d+)?$/.test(value)) return null;
  const ms = isDate ? Date.parse(value) - Date.now() : Number(value) * 1000;
  return Number.isNaN(ms) ? null : Math.min(Math.max(ms, 0), longestRetryAfterMs);
}
