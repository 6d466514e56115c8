import { JetStreamApiError } from '@nats-io/jetstream';
import { errors } from '@nats-io/transport-node';
import {
  ConfigurationError,
  IntegrityError,
  RetryableError,
  TerminalError,
  UnavailableError,
} from '@proofmill/contract';

/** The stream or consumer is gone, or was never made: the coordinator's `open()` makes it. */
export const streamMissing = (doing: string, cause?: unknown): UnavailableError =>
  new UnavailableError('stream-missing', `While ${doing}: NATS has no such stream or consumer, not yet or no longer.`, {
    cause,
  });

/** The connection broke during a request. Whether the request was carried out is not known. */
export const connectionLost = (doing: string): UnavailableError =>
  new UnavailableError('nats-unavailable', `While ${doing}: there is no connection to NATS.`);

/** Codes of the server's errors.json whose consequence differs from that of their HTTP-like status. */
const apiCodes = {
  consumerNotFound: 10014,
  streamNotFound: 10059,
  jetStreamNotEnabled: 10076,
  jetStreamNotEnabledForAccount: 10039,
  storageResourcesExceeded: 10047,
  memoryResourcesExceeded: 10028,
  maximumStreamsLimit: 10027,
  maximumConsumersLimit: 10026,
  messageTooLarge: 10054,
  noSuitablePeers: 10005,
  replicasNotSupported: 10074,
} as const;

/**
 * Turns an error of the client into an error of the contract, with the original as `cause`. Any other error is a mistake of
 * ours and returned as it is, so that it is not retried.
 *
 * @param doing what was tried, as a participle: "publishing a task"
 */
export function translate(error: unknown, doing: string): unknown {
  if (isOurs(error)) return error;
  if (error instanceof JetStreamApiError) return translateApi(error, doing);
  if (error instanceof errors.TimeoutError) {
    return new RetryableError('nats-timeout', `While ${doing}: NATS did not answer in time.`, { cause: error });
  }
  if (isNoResponders(error)) return streamMissing(doing, error);
  const permission = causeOf(error, errors.PermissionViolationError);
  if (permission) {
    return new ConfigurationError(
      `While ${doing}: NATS refuses this user the ${permission.operation} on ${permission.subject}.`,
      {
        cause: error,
      },
    );
  }
  if (error instanceof errors.AuthorizationError && /authentication timeout/i.test(error.message)) {
    // The server gave up waiting for them: one of the two is too busy.
    return new UnavailableError(
      'nats-unavailable',
      `While ${doing}: the credentials came too late for NATS (${error.message}).`,
      { cause: error },
    );
  }
  if (error instanceof errors.AuthorizationError || error instanceof errors.UserAuthenticationExpiredError) {
    return new ConfigurationError(`While ${doing}: NATS refuses the credentials (${error.message}).`, { cause: error });
  }
  const untrusted = untrustedCertificate(error);
  if (untrusted) {
    return new ConfigurationError(
      `While ${doing}: its certificate is not trusted (${untrusted.message}). Name the PEM file of the authority that signed it in NATS_CA, and the server as its certificate does.`,
      { cause: error },
    );
  }
  if (error instanceof errors.InvalidArgumentError && error.message.includes('max_payload')) {
    return new TerminalError('too-large', `While ${doing}: the message is larger than the server's max_payload.`, {
      cause: error,
    });
  }
  if (isConnectionError(error)) {
    return new UnavailableError(
      'nats-unavailable',
      `While ${doing}: there is no connection to NATS (${error.message}).`,
      {
        cause: error,
      },
    );
  }
  return error;
}

function translateApi(error: JetStreamApiError, doing: string): Error {
  const sentence = `While ${doing}: NATS says "${error.message}" (${error.code}).`;
  switch (error.code) {
    case apiCodes.consumerNotFound:
    case apiCodes.streamNotFound:
      return streamMissing(doing, error);
    case apiCodes.messageTooLarge:
      return new TerminalError('too-large', sentence, { cause: error });
    case apiCodes.jetStreamNotEnabled:
    case apiCodes.jetStreamNotEnabledForAccount:
      return new ConfigurationError(
        `${sentence} Start the server with JetStream (-js) and allow it for this account.`,
        {
          cause: error,
        },
      );
    case apiCodes.replicasNotSupported:
      return new ConfigurationError(
        `${sentence} This is a single server: leave --nats-replicas and NATS_REPLICAS out, or name a cluster.`,
        { cause: error },
      );
    case apiCodes.noSuitablePeers:
      return new UnavailableError(
        'nats-unavailable',
        `${sentence} Fewer servers of the cluster are there than copies are wanted.`,
        {
          cause: error,
          runAgainWhen: 'as many servers are there again, or with fewer --nats-replicas',
        },
      );
    case apiCodes.storageResourcesExceeded:
    case apiCodes.memoryResourcesExceeded:
    case apiCodes.maximumStreamsLimit:
    case apiCodes.maximumConsumersLimit:
      // Other runs hold the room, and free it when they are done.
      return new UnavailableError('nats-full', `${sentence} Other runs hold the room of JetStream.`, {
        cause: error,
        runAgainWhen: 'other runs have ended, or JetStream has more room',
      });
  }
  // 400 and 404 are about the request; 408, 429 and 5xx about the moment (no leader, busy, shutting down).
  if (error.status === 400 || error.status === 404) return new ConfigurationError(sentence, { cause: error });
  return new RetryableError('nats-refused', sentence, { cause: error });
}

const isOurs = (error: unknown): boolean =>
  error instanceof RetryableError ||
  error instanceof UnavailableError ||
  error instanceof TerminalError ||
  error instanceof ConfigurationError ||
  error instanceof IntegrityError;

/** The subject has no listener. The jetstream package calls this "JetStreamNotEnabled", even if only the stream is gone. */
export function isNoResponders(error: unknown): boolean {
  return causeOf(error, errors.NoRespondersError) !== undefined;
}

/** Codes of Node for a certificate that no waiting mends. One that has expired may be renewed any moment, so it is not among them. */
const untrustedCodes: ReadonlySet<unknown> = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

function untrustedCertificate(error: unknown): Error | undefined {
  for (let at = error; at instanceof Error; at = at.cause) if ('code' in at && untrustedCodes.has(at.code)) return at;
  return undefined;
}

function isConnectionError(error: unknown): error is Error {
  return (
    error instanceof errors.ClosedConnectionError ||
    error instanceof errors.DrainingConnectionError ||
    error instanceof errors.ConnectionError ||
    error instanceof errors.ProtocolError ||
    error instanceof errors.RequestError
  );
}

function causeOf<T extends Error>(error: unknown, kind: abstract new (...parameters: never[]) => T): T | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth += 1) {
    if (at instanceof kind) return at;
  }
  return undefined;
}
