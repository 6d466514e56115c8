import type { Dispatch, StageFile } from '@proofmill/contract';
import { expect, it } from 'vitest';
import type { Inquiries } from './inquiries.ts';
import type { OpenShards } from './open-shards.ts';
import { ProgressWatch } from './progress-watch.ts';

const minute = 60_000;

/** A stage of 9 records that is looked at once a second. `at` says what is new in a second. */
async function watched(minutes: number, at: (shards: Shards, ms: number) => void = () => undefined) {
  let nowMs = 0;
  const said: [minute: number, sentence: string][] = [];
  const shards: Shards = {
    committed: 0,
    finishedRecords: 3,
    inJournals: 3,
    lost: 0,
    async readJournals() {
      shards.finishedRecords = shards.inJournals;
    },
    async reread() {
      return shards.lost;
    },
  };
  const watch = new ProgressWatch({
    stage: { partitions: 1 } as StageFile,
    dispatch: {
      mend: async () => (nowMs === 2 * minute ? ['NATS had no consumer for the workers.'] : []),
    } as unknown as Dispatch,
    shards: shards as unknown as OpenShards,
    inquiries: { drop: () => undefined } as Inquiries,
    progress: { planned: 1, end: { v: 1, run: 'r', shards: 1, records: 9, decided: 0 } },
    clock: { now: () => nowMs, sleep: async () => undefined },
    quietMs: () => 2 * minute,
    onStandstill: (sentence) => said.push([nowMs / minute, sentence]),
  });
  for (; nowMs <= minutes * minute; nowMs += 1000) {
    at(shards, nowMs);
    await watch.look();
  }
  return said;
}

interface Shards {
  committed: number;
  finishedRecords: number;
  /** What the journals hold, known or not. */
  inJournals: number;
  lost: number;
  readJournals(): Promise<void>;
  reread(): Promise<number>;
}

it('a stage in which nothing is finished is looked into after two minutes, then ever more rarely', async () => {
  const said = await watched(240);
  const looks = said.filter(([, sentence]) => sentence.startsWith('Nothing has finished'));
  expect(looks.map(([at]) => at)).toEqual([2, 6, 14, 30, 62, 122, 182]);
  expect(looks[1]?.[1]).toBe(
    'Nothing has finished for 6 min; 3 of 9 records have an outcome. The journals are read again from the beginning, and the queues are checked.',
  );
});

it('it says what was mended, and what the journals have no longer', async () => {
  const said = await watched(3, (shards) => {
    shards.lost = 2;
  });
  expect(said.slice(1)).toEqual([
    [2, '2 records had an outcome in the journals and have none now: they are asked about again.'],
    [2, 'NATS had no consumer for the workers.'],
  ]);
});

it('outcomes in the journals are news, though no chunk is finished', async () => {
  const quiet = await watched(60, (shards, ms) => {
    shards.inJournals = 3 + Math.floor(ms / minute);
  });
  expect(quiet).toEqual([]);
});
