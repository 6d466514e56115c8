import { JetStreamApiError } from '@nats-io/jetstream';
import { errors } from '@nats-io/transport-node';
import { ConfigurationError, RetryableError, TerminalError, UnavailableError } from '@proofmill/contract';
import { expect, test } from 'vitest';
import { translate } from './errors.ts';

const api = (code: number, err_code: number) => new JetStreamApiError({ code, err_code, description: 'refused' });

test.each([
  [api(404, 10059), UnavailableError, 'stream-missing'],
  [api(404, 10014), UnavailableError, 'stream-missing'],
  [api(503, 10008), RetryableError, 'nats-refused'],
  [api(503, 10077), RetryableError, 'nats-refused'],
  [api(500, 10047), UnavailableError, 'nats-full'],
  [api(500, 10074), ConfigurationError, 'configuration'],
  [api(400, 10005), UnavailableError, 'nats-unavailable'],
  [api(503, 10076), ConfigurationError, 'configuration'],
  [api(400, 10052), ConfigurationError, 'configuration'],
  [api(400, 10054), TerminalError, 'too-large'],
  [new errors.TimeoutError(), RetryableError, 'nats-timeout'],
  [new errors.RequestError('', { cause: new errors.NoRespondersError('pm.x') }), UnavailableError, 'stream-missing'],
  [new errors.ClosedConnectionError(), UnavailableError, 'nats-unavailable'],
  [new errors.AuthorizationError('no'), ConfigurationError, 'configuration'],
  [new errors.AuthorizationError('Authentication Timeout'), UnavailableError, 'nats-unavailable'],
  [Object.assign(new Error('no'), { code: 'SELF_SIGNED_CERT_IN_CHAIN' }), ConfigurationError, 'configuration'],
  [new errors.PermissionViolationError('no', 'publish', 'pm.x'), ConfigurationError, 'configuration'],
])('%s', (error, kind, code) => {
  const translated = translate(error, 'testing');
  expect(translated).toBeInstanceOf(kind);
  expect(translated).toMatchObject({ code, cause: error });
});

test('an error that is not of the client stays as it is', () => {
  const mistake = new TypeError('of ours');
  expect(translate(mistake, 'testing')).toBe(mistake);
  const expired = Object.assign(new Error('renewed any moment'), { code: 'CERT_HAS_EXPIRED' });
  expect(translate(expired, 'testing')).toBe(expired);
  const translated = new RetryableError('full', 'wait');
  expect(translate(translated, 'testing')).toBe(translated);
});
