/** What a failed call on an object store means for the caller. The SDK has tried again already, as often as it is worth. */
import { ConfigurationError, UnavailableError } from '@proofmill/contract';

interface ServiceFailure {
  readonly name: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

const statusOf = (error: unknown): number | undefined =>
  (error as ServiceFailure | null)?.$metadata?.httpStatusCode;

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : '');

/** There is no such object. */
export const isMissing = (error: unknown): boolean => ['NoSuchKey', 'NotFound'].includes(nameOf(error));

/** Somebody else has created the object, or is about to: an answer to If-None-Match. */
export const isTaken = (error: unknown): boolean =>
  statusOf(error) === 412 || nameOf(error) === 'PreconditionFailed' || nameOf(error) === 'ConditionalRequestConflict';

/** The range begins behind the end of the object. */
export const isBeyond = (error: unknown): boolean => statusOf(error) === 416 || nameOf(error) === 'InvalidRange';

const advice: Readonly<Record<string, string>> = {
  NoSuchBucket: 'There is no such bucket: create it, or name another one.',
  AccessDenied: 'Access is denied: give these credentials the rights that docs/s3.md lists.',
  Forbidden: 'Access is denied: give these credentials the rights that docs/s3.md lists.',
  InvalidAccessKeyId: 'The access key is not known there.',
  SignatureDoesNotMatch: 'The secret key is wrong, or something between changes the requests.',
  ExpiredToken: 'The credentials have expired.',
  CredentialsProviderError:
    'There are no credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile, or a role.',
  PermanentRedirect: 'The bucket is in another region: set AWS_REGION.',
  AuthorizationHeaderMalformed: 'The bucket is in another region: set AWS_REGION.',
  NotImplemented: 'The server does not have this: see docs/s3.md for those that do.',
};

/** Our own errors pass unchanged. What a person must change is ConfigurationError, the rest UnavailableError: run it again. */
export function s3Error(error: unknown, attempt: string): unknown {
  if (error instanceof ConfigurationError || error instanceof UnavailableError) return error;
  if (!(error instanceof Error) || (!('$metadata' in error) && !('code' in error) && !(error.name in advice)))
    return error;
  const known = advice[error.name];
  const status = statusOf(error);
  if (known !== undefined)
    return new ConfigurationError(`Cannot ${attempt} (${error.name}). ${known}`, { cause: error });
  if (status === 403)
    return new ConfigurationError(`Cannot ${attempt} (403). ${advice.AccessDenied}`, { cause: error });
  if (status === 400 || status === 301) {
    return new ConfigurationError(`Cannot ${attempt} (${error.name}): ${error.message}`, { cause: error });
  }
  return new UnavailableError('s3', `Cannot ${attempt} (${error.name}: ${error.message}). Run it again.`, {
    cause: error,
  });
}
