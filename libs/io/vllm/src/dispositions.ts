/**
 * What a failed request to the engine means: the one table.
 *
 * | what happened | error |
 * | --- | --- |
 * | refused, no such socket file, no route, no such host, no connection in time | Unavailable engine-unreachable |
 * | no permission for the socket, an untrusted certificate, TLS to a server without it, a proxy that forbids it | Configuration |
 * | reset, broken pipe or hang-up after the request was sent | Unavailable engine-died |
 * | no complete answer within our limits; 408, 504 | Retryable timeout |
 * | not HTTP; more than 64 MB; nested deeper than 128 levels; 200 with what is not the answer (an error, cut, wrong choices, no usage) | Retryable engine-error |
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
import { ConfigurationError, RetryableError, UnavailableError } from '@proofmill/contract';
import { APIError } from 'openai';
import type { Circumstances } from './circumstances.ts';
import { ExchangeError } from './exchange.ts';
import { ofStatus } from './of-status.ts';
import { unreadableAnswer } from './unusable-answer.ts';

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
