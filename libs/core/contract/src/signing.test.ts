import { describe, expect, it } from 'vitest';
import { doneSigner, isSignedDone } from './signing.ts';

const secret = 'a secret of a test, which is long';
const signer = doneSigner(secret);
const [run, place] = ['job-label-0123abcd', '2026-01-01T00:00:00Z 7'];
const done = { run, place, signature: signer.sign(run, place) };

describe('a signed done', () => {
  it('is believed by whoever has the public key, also where another process has signed it', () => {
    expect(isSignedDone(signer.publicKey, done)).toBe(true);
    const successor = doneSigner(secret);
    expect(successor.publicKey).toBe(signer.publicKey);
    expect(isSignedDone(signer.publicKey, { ...done, signature: successor.sign(run, place) })).toBe(true);
  });

  it.each([
    ['of another run', { run: 'job-label-4567abcd' }],
    ['at another place', { place: '2026-01-01T00:00:00Z 8' }],
    ['of somebody else', { signature: doneSigner('another secret, which is as long').sign(run, place) }],
    ['without a signature', { signature: '' }],
    ['with half a signature', { signature: done.signature.slice(0, 40) }],
    ['with a signature that is no base64', { signature: '{"type":"io.nats.jetstream.api.v1.consumer_info"}' }],
  ])('%s is not believed', (_what, more) => expect(isSignedDone(signer.publicKey, { ...done, ...more })).toBe(false));

  it.each([undefined, '', 'no key', `${signer.publicKey}${signer.publicKey}`])(
    'is not believed with the key %j',
    (key) => expect(isSignedDone(key, done)).toBe(false),
  );
});
