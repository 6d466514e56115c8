/** What an answer of the API server, or none, means for the caller. */
import { ConfigurationError, RetryableError, UnavailableError } from '@proofmill/contract';
import type { ApiAnswer } from './http.ts';

/** `Status` of the API. */
interface Status {
  readonly message?: string;
  readonly reason?: string;
  readonly details?: { readonly name?: string; readonly kind?: string };
}

const statusOf = (answer: ApiAnswer): Status =>
  answer.body !== null && typeof answer.body === 'object' ? (answer.body as Status) : {};

/** Errors of a certificate pass by no waiting. */
const badCertificate = /CERT|SELF_SIGNED|ERR_TLS|UNABLE_TO/;

/** No answer came. */
export function unreachable(error: unknown, server: string): Error {
  if (error instanceof ConfigurationError || error instanceof UnavailableError) return error;
  const { code = '', message, name } = error as NodeJS.ErrnoException;
  if (badCertificate.test(code)) {
    return new ConfigurationError(`the API server at ${server} cannot be trusted (${code}: ${message})`, {
      cause: error,
    });
  }
  const shown = name === 'TimeoutError' ? 'no answer in time' : code || message;
  return new UnavailableError('kubernetes', `the API server at ${server} cannot be reached (${shown})`, {
    cause: error,
  });
}

/** The object is not there; where it is the kind or the namespace that is not, that is no answer to the question. */
export function isMissing(answer: ApiAnswer, name: string): boolean {
  return answer.status === 404 && statusOf(answer).details?.name === name;
}

/** There is another one, or a newer one. */
export const isConflict = (answer: ApiAnswer): boolean => answer.status === 409;

/** Refused for who asks. A server that starts says so to everybody until it has read who may do what. */
export const isDenied = (answer: ApiAnswer): boolean => answer.status === 401 || answer.status === 403;

/** Refused for now: whoever took the right away, or has not given it yet, may do so. */
export const denied = (answer: ApiAnswer, what: string, wasAllowed: boolean): Error =>
  new UnavailableError(
    'kubernetes',
    `${what}: ${statusOf(answer).message ?? 'denied'}${wasAllowed ? ' (it was allowed before)' : ''}`,
  );

/** An answer that is not what was asked for. */
export function refusal(answer: ApiAnswer, doing: string): Error {
  const { status, retryAfterMs } = answer;
  // Of a kind that it does not have it says `404 page not found`, and no more.
  const unknown = status === 404 ? 'the API server has no such kind of objects' : `the API server answers ${status}`;
  const sentence = `${doing}: ${statusOf(answer).message ?? unknown}`;
  if (status === 408 || status === 409 || status === 429 || status >= 500) {
    return new RetryableError('kubernetes', sentence, { afterMs: retryAfterMs ?? 1000 });
  }
  return new ConfigurationError(sentence);
}
