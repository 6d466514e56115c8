import { type Dispatch, doneSigner, RetryableError } from '@proofmill/contract';
import { describe, expect, it } from 'vitest';
import { announceDone, removeStreams } from './dismissal.ts';

const { signal: never } = new AbortController();
const clock = { now: () => 0, sleep: async () => undefined };
const signer = doneSigner('the secret of a coordinator in tests');

/** The calls to a transport; the first announcements of so many fail. */
function transport(failures = 0): { calls: string[]; dispatch: Dispatch } {
  const calls: string[] = [];
  const dispatch = {
    open: async () => void calls.push('open'),
    remove: async () => void calls.push('remove'),
    async announceDone({ publicKey }: typeof signer) {
      calls.push(`done, signed by ${publicKey}`);
      if (calls.length <= 2 * failures) throw new RetryableError('lost', 'the answer was lost');
    },
  } as Partial<Dispatch> as Dispatch;
  return { calls, dispatch };
}

describe('the end of a stage', () => {
  it('is announced with a signature, again where the answer is lost', async () => {
    const { calls, dispatch } = transport(1);
    await announceDone({ dispatch, signer }, clock, never);
    const announced = ['open', `done, signed by ${signer.publicKey}`];
    expect(calls).toEqual([...announced, ...announced]);
  });

  it('that cannot be signed is not announced: the streams are removed, so that no worker asks on', async () => {
    const { calls, dispatch } = transport();
    await announceDone({ dispatch, signer: null }, clock, never);
    expect(calls).toEqual(['remove']);
  });
});

describe('the streams of a job that is done', () => {
  it.each([
    [0, 1],
    [3, 4],
    [99, 10],
  ])('stay while workers wait for tasks (%i looks), and no longer than ten times the pause', async (looks, pauses) => {
    const calls: string[] = [];
    let left = looks;
    const dispatch = {
      demand: async () => ({ queued: 0, waiting: Math.max(0, left--) }),
      remove: async () => void calls.push('remove'),
    } as Partial<Dispatch> as Dispatch;
    const pausing = { ...clock, sleep: async () => void calls.push('pause') };
    await removeStreams([{ dispatch, signer }], pausing, 1000, never);
    expect(calls).toEqual([...Array.from({ length: pauses }, () => 'pause'), 'remove']);
  });
});
