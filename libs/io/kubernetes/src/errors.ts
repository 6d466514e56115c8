/** What an answer of the API server, or none at all, means for the caller. */
import { ConfigurationError, RetryableError, UnavailableError } from '@proofmill/contract';
import type { ApiAnswer } from './api-messages.ts';

/** `Status` of the API. */
interface Status {
  readonly message?: string;
  readonly reason?: string;
  readonly details?: { readonly name?: string; readonly kind?: string };
}

const statusOf = (answer: ApiAnswer): Status =>
  answer.body !== null && typeof answer.body === 'object' ? (answer.body as Status) : {};

/** Codes of a certificate that is not trusted: waiting does not help. */
const badCertificate = /CERT|SELF_SIGNED|ERR_TLS|UNABLE_TO/;

/** The error of a request that got no answer. */
export function unreachable(error: unknown, server: string): Error {
  if (error instanceof ConfigurationError || error instanceof UnavailableError || error instanceof RetryableError) {
    return error;
  }
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

/** The object does not exist. An unknown kind or namespace also answers 404, and names something else. */
export function isMissing(answer: ApiAnswer, name: string): boolean {
  return answer.status === 404 && statusOf(answer).details?.name === name;
}

/** An object of that name, or a newer version of it, exists. */
export const isConflict = (answer: ApiAnswer): boolean => answer.status === 409;

/** The caller may not do this. A server that starts answers so to everybody, until it has read the roles. */
export const isDenied = (answer: ApiAnswer): boolean => answer.status === 401 || answer.status === 403;

/** Denied, and worth another try: whoever took the right away, or is still installing it, may grant it. */
export const deniedForNow = (answer: ApiAnswer, doing: string, wasAllowed: boolean): Error =>
  new UnavailableError(
    'kubernetes',
    `${doing}: ${statusOf(answer).message ?? 'denied'}${wasAllowed ? ' (it was allowed before)' : ''}`,
  );

/** The error of an answer that is not the expected one. */
export function refusal(answer: ApiAnswer, doing: string): Error {
  const { status, retryAfterMs } = answer;
  // For a kind that it does not know, the server answers only `404 page not found`.
  const plain =
    status === 404 ? 'the API server does not know this kind of object' : `the API server answers ${status}`;
  const sentence = `${doing}: ${statusOf(answer).message ?? plain}`;
  if (status === 408 || status === 409 || status === 429 || status >= 500) {
    return new RetryableError('kubernetes', sentence, { afterMs: retryAfterMs ?? 1000 });
  }
  return new ConfigurationError(sentence);
}
