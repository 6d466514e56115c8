import { doneSigner, outputPaths } from '@proofmill/contract';
import { memoryStore } from '@proofmill/test-kit';
import { describe, expect, it } from 'vitest';
import { newSigner, type Signing, signerOf } from './sign-ends.ts';

let drawn = 0;
const signing = (secret: string | null = null): Signing => ({
  secret,
  draw() {
    drawn += 1;
    return `the secret of number ${drawn}`.padEnd(40, '.');
  },
});
const configured = 'a secret of the configuration, long enough';

describe('a coordinator that opens a stage', () => {
  it('draws a secret and leaves it in the folder, so that its successor signs with the same key', async () => {
    const store = memoryStore();
    const { publicKey } = await newSigner(store, signing());
    expect((await signerOf(store, signing(), { doneKey: publicKey }))?.publicKey).toBe(publicKey);
    expect((await newSigner(store, signing())).publicKey).toBe(publicKey);
  });

  it('signs with the secret of a twin that was quicker', async () => {
    const objects = new Map<string, Uint8Array>();
    const store = memoryStore(objects);
    const twins = await Promise.all([newSigner(store, signing()), newSigner(store, signing())]);
    expect(twins[0].publicKey).toBe(twins[1].publicKey);
    expect([...objects.keys()]).toEqual([outputPaths.signingSecret]);
  });

  it('signs with the secret of its configuration, and then the folder holds none', async () => {
    const objects = new Map<string, Uint8Array>();
    const { publicKey } = await newSigner(memoryStore(objects), signing(configured));
    expect(publicKey).toBe(doneSigner(configured).publicKey);
    expect([...objects.keys()]).toEqual([]);
  });

  it('signs with the secret of the folder where the configuration has got one since', async () => {
    const store = memoryStore();
    const { publicKey } = await newSigner(store, signing());
    expect((await newSigner(store, signing(configured))).publicKey).toBe(publicKey);
    expect((await signerOf(store, signing(configured), { doneKey: publicKey }))?.publicKey).toBe(publicKey);
  });

  it('signs with no secret that was cut off: whoever guesses the rest could end the run', async () => {
    const store = memoryStore(new Map([[outputPaths.signingSecret, new TextEncoder().encode('cut off\n')]]));
    await expect(newSigner(store, signing())).rejects.toThrow(/signing-secret is damaged.*Remove it/s);
  });
});

describe('a stage whose key belongs to another secret', () => {
  it.each([undefined, doneSigner('a secret that nobody here has, and is long').publicKey])(
    'cannot be signed for (key %s)',
    async (doneKey) => {
      const store = memoryStore();
      await newSigner(store, signing());
      expect(await signerOf(store, signing(configured), { doneKey })).toBeNull();
    },
  );
});
