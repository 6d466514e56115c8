import { kubernetesSettingsSchema } from '@proofmill/contract';
import { expect, test } from 'vitest';
import { natsAccess } from './nats-access.ts';

const accessWith = (nats: object, role: 'coordinator' | 'worker' | 'collector' = 'worker') =>
  natsAccess(kubernetesSettingsSchema.parse({ image: 'p', nats: { url: 'nats://one:1,tls://two', ...nats } }), role);

test('a server without users and certificates: the address, and no volume', () => {
  expect(accessWith({})).toEqual({
    env: [{ name: 'NATS_URL', value: 'nats://one:1,tls://two' }],
    mounts: [],
    volumes: [],
  });
});

test('a password is expanded by Kubernetes, for the user with the prefix of the team, at each server', () => {
  expect(accessWith({ secret: 'passwords', userPrefix: 'b-' }).env).toEqual([
    { name: 'NATS_PASSWORD', valueFrom: { secretKeyRef: { name: 'passwords', key: 'worker' } } },
    { name: 'NATS_URL', value: 'nats://b-worker:$(NATS_PASSWORD)@one:1,tls://b-worker:$(NATS_PASSWORD)@two' },
  ]);
});

test('a role gets the authority and its own credentials, read-only, and neither a password nor those of another role', () => {
  const { env, mounts, volumes } = accessWith(
    { secret: 'signing', caSecret: 'ca', credentialsSecret: 'creds' },
    'collector',
  );
  expect(env).toEqual([
    { name: 'NATS_URL', value: 'nats://one:1,tls://two' },
    { name: 'NATS_CA', value: '/etc/proofmill/nats/ca.crt' },
    { name: 'NATS_CREDS', value: '/etc/proofmill/nats/user.creds' },
  ]);
  expect(mounts).toEqual([{ name: 'nats', mountPath: '/etc/proofmill/nats', readOnly: true }]);
  expect(volumes).toEqual([
    {
      name: 'nats',
      projected: {
        sources: [
          { secret: { name: 'ca', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
          { secret: { name: 'creds', items: [{ key: 'collector.creds', path: 'user.creds' }] } },
        ],
      },
    },
  ]);
});
