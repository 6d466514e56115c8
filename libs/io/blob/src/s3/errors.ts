/** What the error of a call on an object store means: for the next try, and after the last one for the caller. */
import { ConfigurationError, IntegrityError, RetryableError, UnavailableError } from '@proofmill/contract';

const statusOf = (error: unknown): number =>
  (error as { $metadata?: { httpStatusCode?: number } } | null)?.$metadata?.httpStatusCode ?? 0;

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : '');

/** A code of the system or of TLS, such as `ECONNRESET`. */
const codeOf = (error: unknown): string => {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : '';
};

/** There is no such object. */
export const isMissing = (error: unknown): boolean => ['NoSuchKey', 'NotFound'].includes(nameOf(error));

/**
 * The object may exist: another process created it, or an earlier try did whose answer was lost. 409 means that two processes
 * write at once; an upload that is gone was completed or aborted.
 */
export const isContested = (error: unknown): boolean =>
  isChanged(error) || statusOf(error) === 409 || nameOf(error) === 'NoSuchUpload';

/** An answer to If-Match: the object has been replaced. */
export const isChanged = (error: unknown): boolean => statusOf(error) === 412 || nameOf(error) === 'PreconditionFailed';

/** The range begins after the end of the object. */
export const isBeyond = (error: unknown): boolean => statusOf(error) === 416 || nameOf(error) === 'InvalidRange';

/** A write was refused as contested although no object exists: one is being written, or was just removed. The next try decides. */
export class ContestedError extends Error {}

/** Names that arrive with a misleading status. */
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
const adviceByName: Readonly<Record<string, string>> = {
  NoSuchBucket: 'There is no such bucket: create it, or name another one.',
  AccessDenied: denied,
  Forbidden: denied,
  InvalidAccessKeyId: 'The server does not know the access key: check AWS_ACCESS_KEY_ID.',
  SignatureDoesNotMatch:
    'The signature does not match: check AWS_SECRET_ACCESS_KEY, and that no proxy changes the requests.',
  ExpiredToken: 'The credentials have expired: get new ones, then run the same command again.',
  CredentialsProviderError:
    'There are no credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile, or a role.',
  PermanentRedirect: region,
  AuthorizationHeaderMalformed: region,
  NotImplemented: 'The server lacks this operation: docs/s3.md lists what a server must have.',
};
const adviceByStatus: Readonly<Record<number, string>> = { 301: region, 403: denied };
const badCertificate = /CERT|SELF_SIGNED|SSL|EPROTO/;

/**
 * Translates an error after the last try: UnavailableError where it may pass by itself (run again), ConfigurationError where a
 * person must change something. Our own errors and those of a program pass unchanged.
 */
export function s3Error(error: unknown, attempt: string): unknown {
  if ([ConfigurationError, UnavailableError, IntegrityError, RetryableError].some((known) => error instanceof known)) {
    return error;
  }
  if (!(error instanceof Error)) return error;
  const shown = codeOf(error) || error.name;
  const configurationError = (sentence: string) =>
    new ConfigurationError(`Cannot ${attempt} (${shown}). ${sentence}`, { cause: error });
  if (isPassing(error)) {
    const sentence = `Cannot ${attempt} (${shown}: ${error.message}).`;
    return new UnavailableError('s3', sentence, { cause: error });
  }
  const advice = adviceByName[error.name] ?? adviceByStatus[statusOf(error)];
  if (advice !== undefined) return configurationError(advice);
  if (error.message === 'Region is missing') return configurationError('Set AWS_REGION to the region of the bucket.');
  if (badCertificate.test(codeOf(error))) {
    return configurationError(
      `${error.message}. Trust the server's certificate (NODE_EXTRA_CA_CERTS), or correct AWS_ENDPOINT_URL.`,
    );
  }
  return statusOf(error) > 0 ? configurationError(`${error.name}: ${error.message}`) : error;
}
