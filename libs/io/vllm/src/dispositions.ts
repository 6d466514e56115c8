/**
 * What a failed request to the engine means: the one table.
 *
 * | what happened | error |
 * | --- | --- |
 * | refused, no such socket file, no route, no such host, no connection in time | Unavailable engine-unreachable |
 * | no permission for the socket, an untrusted certificate, TLS to a server without it | Configuration |
 * | reset, broken pipe or hang-up after the request was sent | Unavailable engine-died |
 * | no complete answer within our limits; 408, 504 | Retryable timeout |
 * | not HTTP; more than 64 MB; 200 with what is not the answer (not JSON, cut, wrong choices, no usage) | Retryable engine-error |
 * | 400 input_tokens (any version's wording) | Terminal prompt-too-long, with both numbers |
 * | 400 max_tokens, temperature, top_p, n: equal for every prompt | Configuration |
 * | 400, 413, 422 otherwise | Terminal bad-request, in the server's words |
 * | 401, 403 | Configuration |
 * | 404 of the model | Configuration, with the models served |
 * | 404 otherwise, 405, 501 for chat: not vLLM, or another path; 3xx | Configuration |
 * | the same for a route that a server may lack; 400 that names a missing feature | Terminal unsupported |
 * | 429, 503: also for an n above --max-num-queued-reqs | Retryable busy, after Retry-After |
 * | 500 EngineCore, EngineDead; 502 of a proxy | Unavailable engine-died |
 * | 500 cannot schedule new futures after shutdown: draining, the request has not begun | Unavailable engine-unreachable |
 * | other 5xx | Retryable engine-error |
 * | close() was called | Unavailable engine-gone |
 *
 * engine-died and engine-unreachable differ in whether the request may have killed the engine.
 */
import { ConfigurationError, RetryableError, TerminalError, UnavailableError } from '@proofmill/contract';
import { APIError } from 'openai';
import { ExchangeError } from './exchange.ts';

export interface Circumstances {
  /** What was tried, as a participle: "asking for an answer". */
  readonly doing: string;
  /** Where, without secrets. */
  readonly engine: string;
  readonly model: string | null;
  /** The models that the server has, if it was asked; some routes of vLLM do not name them in their refusal. */
  readonly served?: readonly string[];
  /** What a server may lack without being the wrong server. */
  readonly feature?: Feature;
}

export interface Feature {
  /** As a server has it: "/tokenize". */
  readonly name: string;
  /** Matches the message of a refusal for lack of it, for a status that does not say so by itself. */
  readonly refusal: RegExp;
}

const longestSentence = 400;
const defaultBusyMs = 1000;
const longestRetryAfterMs = 600_000;

/** An answer with status 200 that is not the answer. */
export const unreadableAnswer = (what: string, options?: ErrorOptions): RetryableError =>
  new RetryableError('engine-error', `The engine's answer cannot be used: ${what}.`, options);

/**
 * Turns an error of the SDK into an error of the contract, with the original as `cause`. A mistake of ours is returned as it
 * is, so that it is not retried.
 */
export function disposition(error: unknown, circumstances: Circumstances): unknown {
  const exchange = exchangeErrorIn(error);
  if (exchange) return ofExchange(exchange, circumstances);
  if (error instanceof APIError && typeof error.status === 'number')
    return ofStatus(error, error.status, circumstances);
  if (error instanceof SyntaxError) {
    const what = /\b(NaN|Infinity)\b/.test(error.message)
      ? 'a number in it is not finite (NaN or Infinity)'
      : 'it is not JSON, or it is cut short';
    return unreadableAnswer(what, { cause: error });
  }
  return error;
}

function exchangeErrorIn(error: unknown): ExchangeError | null {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth += 1) {
    if (at instanceof ExchangeError) return at;
  }
  return null;
}

function ofExchange(error: ExchangeError, { doing, engine }: Circumstances): Error {
  const options = { cause: error };
  const sentence = error.message;
  switch (error.failure) {
    case 'unreached':
      return new UnavailableError(
        'engine-unreachable',
        `While ${doing}: no server answers at ${engine} (${sentence}).`,
        options,
      );
    case 'misplaced':
      return new ConfigurationError(`While ${doing}: no connection to ${engine} is possible (${sentence}).`, options);
    case 'lost':
      return new UnavailableError(
        'engine-died',
        `While ${doing}: ${engine} dropped the request (${sentence}).`,
        options,
      );
    case 'timeout':
      return new RetryableError('timeout', `While ${doing}: ${sentence}.`, options);
    case 'unreadable':
      return unreadableAnswer(sentence, options);
    case 'closed':
      return new UnavailableError('engine-gone', `While ${doing}: ${sentence}.`, options);
  }
}

/** Whether the server has no such model. */
export const isUnknownModel = (error: unknown): boolean =>
  error instanceof APIError &&
  error.status === 404 &&
  (error.param === 'model' || /\bmodel\b.*does not exist/i.test(serverMessage(error)));

function ofStatus(error: APIError, status: number, circumstances: Circumstances): Error {
  const { doing, engine, model } = circumstances;
  const options = { cause: error };
  const message = serverMessage(error);
  const sentence = `While ${doing}: the engine says ${status}${message === '' ? '' : ` "${shortened(message)}"`}.`;
  if (status >= 300 && status < 400) return noSuchRoute(status, circumstances, options);
  switch (status) {
    case 400:
    case 413:
    case 422:
      return ofRefusedRequest(error, message, sentence, circumstances);
    case 401:
    case 403:
      // The message is left out: some servers repeat the key in it.
      return new ConfigurationError(
        `While ${doing}: ${engine} refuses the key (${status}). Give the one that it was started with (vllm serve --api-key).`,
        options,
      );
    case 404:
      if (isUnknownModel(error)) {
        const served = circumstances.served?.join(', ') ?? /Valid aliases: (.+?)\.?$/.exec(message)?.[1];
        return new ConfigurationError(
          `${engine} has no model named ${model ?? ''}${served === undefined ? '' : `; it serves ${served}`}.`,
          options,
        );
      }
      return noSuchRoute(status, circumstances, options);
    case 405:
    case 501:
      return noSuchRoute(status, circumstances, options);
    case 408:
    case 504:
      return new RetryableError('timeout', sentence, options);
    case 429:
    case 503:
      return new RetryableError('busy', sentence, { ...options, afterMs: retryAfterMs(error) ?? defaultBusyMs });
    case 502:
      return new UnavailableError('engine-died', sentence, options);
  }
  if (/cannot schedule new futures after shutdown/i.test(message)) {
    return new UnavailableError('engine-unreachable', sentence, options);
  }
  if (/EngineCore encountered an issue|EngineDead|engine( core| process)? (is dead|died)/i.test(message)) {
    return new UnavailableError('engine-died', sentence, options);
  }
  return new RetryableError('engine-error', sentence, options);
}

function noSuchRoute(status: number, { doing, engine, feature }: Circumstances, options: ErrorOptions): Error {
  if (feature && status >= 400) {
    return new TerminalError('unsupported', `While ${doing}: ${engine} has no ${feature.name} (${status}).`, options);
  }
  return new ConfigurationError(
    `While ${doing}: ${engine} has no such route (${status}). Is it a vLLM server, and does the base URL end before /v1/chat?`,
    options,
  );
}

/** Fields of a request that are the same for all prompts of a stage: a mistake in them concerns every prompt. */
const stageFields = /^(body\.)?(max_tokens|max_completion_tokens|temperature|top_p|n)$/;

function ofRefusedRequest(error: APIError, message: string, sentence: string, circumstances: Circumstances): Error {
  const { doing, feature } = circumstances;
  const options = { cause: error };
  const overlong = overlongPrompt(message);
  if (overlong) {
    return new TerminalError(
      'prompt-too-long',
      `The prompt has ${overlong.tokens} tokens or more, the model takes ${overlong.limit}.`,
      options,
    );
  }
  if (error.param === 'input_tokens') return new TerminalError('prompt-too-long', sentence, options);
  if (typeof error.param === 'string' && stageFields.test(error.param)) {
    return new ConfigurationError(
      `While ${doing}: the engine refuses this ${error.param}: "${shortened(message)}".`,
      options,
    );
  }
  if (feature?.refusal.test(message)) return new TerminalError('unsupported', sentence, options);
  return new TerminalError('bad-request', sentence, options);
}

/** The two numbers, from the wordings of vLLM 0.6 to 0.32. */
function overlongPrompt(message: string): { limit: string; tokens: string } | null {
  const now = /maximum context length is (\d+)\D+?(?:at least |contains |requested |has |passed )(\d+)/.exec(message);
  if (now?.[1] && now[2]) return { limit: now[1], tokens: now[2] };
  const before = /prompt \(length (\d+)\) is longer than the maximum model length of (\d+)/.exec(message);
  if (before?.[1] && before[2]) return { limit: before[2], tokens: before[1] };
  return null;
}

/** The server's sentence, without the status that the SDK puts ahead of it; empty if there is none. */
function serverMessage(error: APIError): string {
  const body: unknown = error.error;
  if (typeof body === 'string') return body;
  if (typeof body === 'object' && body !== null) {
    const { message, detail } = body as { message?: unknown; detail?: unknown };
    const sentence = message ?? detail;
    return typeof sentence === 'string' ? sentence : '';
  }
  return '';
}

/** Fit for a log: one line, not long, and without the echo of the request that pydantic adds to its complaints. */
function shortened(message: string): string {
  const line = message
    .replace(/,? ?['"]input['"]: .*$/s, ' ...')
    .replace(/\s+/g, ' ')
    .trim();
  return line.length <= longestSentence ? line : `${line.slice(0, longestSentence)}...`;
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
