import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigurationError } from '@proofmill/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseAddress } from './address.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'proofmill-address-'));
});
afterAll(() => rm(folder, { recursive: true }));

test.each([
  ['nats://host', ['host:4222'], false, 0],
  ['host:4333', ['host:4333'], false, 0],
  ['tls://a:1,tls://b:2', ['a:1', 'b:2'], true, 0],
  ['nats://user:pa%3Ass@host:1', ['host:1'], false, 1],
  ['nats://token@[::1]:1', ['[::1]:1'], false, 1],
])('%s', (url, servers, tls, authenticators) => {
  const address = parseAddress(url);
  expect(address).toMatchObject({ servers, tls });
  expect(address.authenticators).toHaveLength(authenticators);
});

test('a file with an nkey seed signs; any other file is refused', async () => {
  const seed = join(folder, 'seed.nk');
  await writeFile(seed, `-----BEGIN USER NKEY SEED-----\nSU${'A'.repeat(56)}\n------END USER NKEY SEED------\n`);
  expect(parseAddress('host', seed).authenticators).toHaveLength(1);
  const foreign = join(folder, 'foreign');
  await writeFile(foreign, 'password');
  expect(() => parseAddress('host', foreign)).toThrow(ConfigurationError);
  expect(() => parseAddress('host', join(folder, 'absent'))).toThrow('cannot be read');
});
