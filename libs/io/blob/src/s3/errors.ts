/** What a failed call on an object store means: for the next try, and for the caller when there is none. */
import { ConfigurationError, IntegrityError, RetryableError, UnavailableError } from '@proofmill/contract';

const statusOf = (error: unknown): number =>
  (error as { $metadata?: { httpStatusCode?: number } } | null)?.$metadata?.httpStatusCode ?? 0;

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : '');

/** Of the system or of TLS: `ECONNRESET`. */
const codeOf = (error: unknown): string => {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : '';
};

/** There is no such object. */
export const isMissing = (error: unknown): boolean => ['NoSuchKey', 'NotFound'].includes(nameOf(error));

/**
 * The object may be there already: by another's hand, or by an earlier try of ours whose answer was lost. 409 is the answer to
 * two that write at once; an upload that is not there any more was completed, or given up by somebody.
 */
export const isContested = (error: unknown): boolean =>
  isChanged(error) || statusOf(error) === 409 || nameOf(error) === 'NoSuchUpload';

/** An answer to If-Match: the object is another one now. */
export const isChanged = (error: unknown): boolean => statusOf(error) === 412 || nameOf(error) === 'PreconditionFailed';

/** The range begins behind the end of the object. */
export const isBeyond = (error: unknown): boolean => statusOf(error) === 416 || nameOf(error) === 'InvalidRange';

/** Refused as contested, and yet there is no object: one that is being written or was just removed. The next try decides. */
export class ContestedError extends Error {}

/** Names that come with a status which would mean something else. */
const passingNames = new Set(['SlowDown', 'InternalError', 'RequestTimeout', 'RequestTimeTooSkewed', 'TimeoutError']);
const passingCodes = new Set([
  ...['ECONNRESET', 'ECONNREFUSED', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH'],
  ...['ENOTFOUND', 'EAI_AGAIN', 'ERR_STREAM_PREMATURE_CLOSE'],
]);

/** Whether the same call may succeed a little later. */
export function isPassing(error: unknown): boolean {
  if (error instanceof ContestedError || passingNames.has(nameOf(error)) || passingCodes.has(codeOf(error)))
    return true;
  const status = statusOf(error);
  return status === 408 || status === 429 || (status >= 500 && status !== 501);
}

const denied = 'Access is denied: give these credentials the rights that docs/s3.md lists.';
const region = 'The bucket is in another region: set AWS_REGION.';
const advice: Readonly<Record<string, string>> = {
  NoSuchBucket: 'There is no such bucket: create it, or name another one.',
  AccessDenied: denied,
  Forbidden: denied,
  InvalidAccessKeyId: 'The access key is not known there.',
  SignatureDoesNotMatch: 'The secret key is wrong, or something between changes the requests.',
  ExpiredToken: 'The credentials have expired: get new ones, then run it again.',
  CredentialsProviderError:
    'There are no credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile, or a role.',
  PermanentRedirect: region,
  AuthorizationHeaderMalformed: region,
  NotImplemented: 'The server does not have this: see docs/s3.md for what it must have.',
};
const adviceByStatus: Readonly<Record<number, string>> = { 301: region, 403: denied };
const badCertificate = /CERT|SELF_SIGNED|SSL|EPROTO/;

/**
 * Our own errors and those of a program pass unchanged. What passes by itself, and was waited for long enough, is
 * UnavailableError (run it again); what a person must change is ConfigurationError.
 */
export function s3Error(error: unknown, attempt: string): unknown {
  if ([ConfigurationError, UnavailableError, IntegrityError, RetryableError].some((known) => error instanceof known)) {
    return error;
  }
  if (!(error instanceof Error)) return error;
  const shown = codeOf(error) || error.name;
  const changeSomething = (sentence: string) =>
    new ConfigurationError(`Cannot ${attempt} (${shown}). ${sentence}`, { cause: error });
  if (isPassing(error)) {
    const sentence = `Cannot ${attempt} (${shown}: ${error.message}). Run it again when the object store answers.`;
    return new UnavailableError('s3', sentence, { cause: error });
  }
  const known = advice[error.name] ?? adviceByStatus[statusOf(error)];
  if (known !== undefined) return changeSomething(known);
  if (error.message === 'Region is missing') return changeSomething('Set AWS_REGION to the region of the bucket.');
  if (badCertificate.test(codeOf(error))) {
    return changeSomething(
      `${error.message}. Trust the server's certificate (NODE_EXTRA_CA_CERTS), or correct AWS_ENDPOINT_URL.`,
    );
  }
  return statusOf(error) > 0 ? changeSomething(`${error.name}: ${error.message}`) : error;
}
