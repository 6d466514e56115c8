import type { Dispatch, StageFile } from '@proofmill/contract';
import type { StageFolder } from '@proofmill/folder';
import { expect, it } from 'vitest';
import type { OpenShards } from './open-shards.ts';
import { TakeOver } from './take-over.ts';

/** The end of a stage of one shard, looked at five times a second. No item of it may be offered any more. */
async function looksIn(seconds: number, demandAt: (ms: number) => { queued: number; waiting: number }) {
  const readsMs: number[] = [];
  let nowMs = 0;
  const shards = {
    areAllOpened: () => true,
    finishedRecords: 0,
    readJournals: async () => void readsMs.push(nowMs),
    *[Symbol.iterator]() {
      yield { shard: 0, unresolved: new Set() };
    },
  };
  const takeOver = new TakeOver({
    stage: { partitions: 1 } as StageFile,
    folder: {} as StageFolder,
    dispatch: { demand: async () => demandAt(nowMs) } as unknown as Dispatch,
    shards: shards as unknown as OpenShards,
    progress: { planned: 1, end: { v: 1, run: 'r', shards: 1, records: 9, decided: 0 } },
    clock: { now: () => nowMs, sleep: async () => undefined },
    pollMs: 200,
    watchMs: 2000,
    onOffer: () => undefined,
  });
  for (; nowMs < seconds * 1000; nowMs += 200) await takeOver.look();
  return readsMs;
}

it('an end that takes long is looked at every two seconds', async () => {
  const reads = await looksIn(60, () => ({ queued: 0, waiting: 3 }));
  expect(reads.slice(0, 4)).toEqual([0, 200, 800, 2200]);
  expect(reads.length).toBeLessThan(35);
});

it('the first look follows at once when workers begin to wait, and there is none before', async () => {
  const reads = await looksIn(9, (ms) => ({ queued: ms < 8000 ? 5 : 0, waiting: 1 }));
  expect(reads[0]).toBe(8000);
  expect(await looksIn(9, () => ({ queued: 0, waiting: 0 }))).toEqual([]);
});
