/**
 * What a failed request to the engine means: the one table.
 *
 * | what happened | error |
 * | --- | --- |
 * | refused, no such socket file, no route, no such host, no connection in time | Unavailable engine-unreachable |
 * | no permission for the socket, an untrusted certificate, TLS to a server without it, a proxy that forbids it | Configuration |
 * | reset, broken pipe or hang-up after the request was sent | Unavailable engine-died |
 * | no complete answer within our limits; 408, 504 | Retryable timeout |
 * | not HTTP; more than 64 MB; 200 with what is not the answer (an error, cut, wrong choices, no usage) | Retryable engine-error |
 * | 200 with a web page, a stream or another text | Refusal route |
 * | 400 for an overlong prompt, in the words of any server | Terminal prompt-too-long, with both numbers where it gives them |
 * | 400 max_tokens, with the tokens of the prompt | Terminal prompt-too-long, unless max_tokens alone is too many |
 * | 400 max_tokens, temperature, top_p, n: equal for every prompt | Configuration |
 * | other 4xx | Terminal bad-request, in the server's words |
 * | 401, 403; 400 that is about the key | Refusal key |
 * | 407 of a proxy | Configuration |
 * | 402; 429 or 403 whose text speaks of a quota or of credit | Refusal quota |
 * | 404 of the model, 400 in LiteLLM's words | Refusal model, with the models served |
 * | 404 otherwise, 405, 501 for chat: not vLLM, or another path; 3xx | Refusal route |
 * | the same for a route that a server may lack; 400 that names a missing feature | Terminal unsupported |
 * | 429, 503: also for an n above --max-num-queued-reqs | Retryable busy, after Retry-After |
 * | 500 EngineCore, EngineDead | Unavailable engine-died |
 * | 500 cannot schedule new futures after shutdown: draining, the request has not begun | Unavailable engine-unreachable |
 * | other 5xx, 502 of a proxy among them | Retryable engine-error |
 * | close() was called | Unavailable engine-gone |
 *
 * engine-died and engine-unreachable differ in whether the request may have killed the engine. Whether a Refusal, or a Retryable
 * timeout or engine-error, is about one prompt or about all of them is not seen here: the worker compares it with other requests.
 */
import {
  ConfigurationError,
  RefusalError,
  RetryableError,
  servedNames,
  TerminalError,
  UnavailableError,
} from '@proofmill/contract';
import { APIError } from 'openai';
import { ExchangeError } from './exchange.ts';
import { type NoRoom, noRoomIn, saysTooLong } from './no-room.ts';
import { serverMessage } from './server-message.ts';

export interface Circumstances {
  /** What was tried, as a participle: "asking for an answer". */
  readonly doing: string;
  /** Where, without secrets. */
  readonly engine: string;
  readonly model: string | null;
  /** Whether a key, or a header of the job's own, is sent. */
  readonly hasKey: boolean;
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

/** An answer with status 200 that comes from something else than an engine. */
export function foreignAnswer(text: string): RefusalError {
  const start = text.trimStart();
  const what = start.startsWith('<')
    ? 'a web page, as of a login or a proxy'
    : start.startsWith('data:') || start.startsWith('event:')
      ? 'a stream of events, which nobody asked for'
      : 'a text that is not JSON';
  return new RefusalError(
    'route',
    `The engine's answer is ${what} ("${shortened(start.slice(0, 80))}"). Does the base URL lead to the engine itself?`,
  );
}

/** The sentence of an `error` that came with status 200; null where there is none. */
export function saidError(error: unknown): string | null {
  if (typeof error === 'string') return shortened(error);
  if (typeof error !== 'object' || error === null) return null;
  const { message } = error as { message?: unknown };
  return typeof message === 'string' ? shortened(message) : null;
}

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

function ofStatus(error: APIError, status: number, circumstances: Circumstances): Error {
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

/** Followed by nobody: a redirect to another host would take the key and the texts there. */
function redirected(error: APIError, status: number, { doing, engine }: Circumstances): Error {
  const location = error.headers?.get('location');
  const where = location ? ` to ${withoutQuery(location)}` : '';
  const sentence = `While ${doing}: ${engine} redirects${where} (${status}). Give the address of the engine itself.`;
  return new RefusalError('route', sentence, { cause: error });
}

/** A URL without its query, which may hold a secret. */
function withoutQuery(location: string): string {
  const url = URL.parse(location);
  return url ? url.origin + url.pathname : (location.split('?')[0] ?? '');
}

/** LiteLLM without a database, LiteLLM with one, and Gemini refuse a wrong key with 400. */
const keyRefusal = /^no connected db|^authentication error|\bapi key not valid\b/i;

/** The server's message is left out: some servers repeat the key in it. */
function refusedKey(status: number, { doing, engine, hasKey }: Circumstances, options: RefusalOptions): Error {
  const [what, remedy] = hasKey
    ? ['refuses the key', 'Check the one that the job names']
    : ['refuses a request without a key', 'Name the environment variable that holds one in the job'];
  return new RefusalError(
    'key',
    `While ${doing}: ${engine} ${what} (${status}). ${remedy}: engine.apiKey: { env: NAME } (for a worker started by hand: --engine-access); docs/keys.md says more.`,
    options,
  );
}

function noSuchModel(message: string, { engine, model, served }: Circumstances, options: RefusalOptions): Error {
  const named = served ? servedNames(served) : /Valid aliases: (.+?)\.?$/.exec(message)?.[1];
  const others = named ? `; it serves ${named}` : '';
  return new RefusalError('model', `${engine} has no model named ${model ?? ''}${others}.`, options);
}

type RefusalOptions = ErrorOptions & { readonly said: string };

function noSuchRoute(status: number, { doing, engine, feature }: Circumstances, options: RefusalOptions): Error {
  if (feature && status >= 400) {
    return new TerminalError('unsupported', `While ${doing}: ${engine} has no ${feature.name} (${status}).`, options);
  }
  return new RefusalError(
    'route',
    `While ${doing}: ${engine} has no such route (${status}). Is it a vLLM server, and does the base URL end before /v1/chat?`,
    options,
  );
}

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
