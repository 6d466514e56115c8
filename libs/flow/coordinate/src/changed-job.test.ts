/** Limits and fleets of a job that change while a stage runs. */
import { crc32 } from 'node:zlib';
import { type Dispatch, type Job, jobSchema, type OutcomeMessage, sha256 } from '@proofmill/contract';
import { createEnd, createEntry, stageFolder } from '@proofmill/folder';
import { encodeFrame } from '@proofmill/merge';
import { failedOutcome, labelStage, memoryJournals, memoryStore, plainCodec, planEntry } from '@proofmill/test-kit';
import { expect, it } from 'vitest';
import { defaultCoordinateTimes } from './coordinate.ts';
import { coordinateStage } from './coordinate-stage.ts';

const stage = labelStage();
const records = 10;
const frame = new Uint8Array([1]);

const jobOf = ({ limits = {}, fleet = {} }: { limits?: object; fleet?: object } = {}): Job =>
  jobSchema.parse({
    ...{ apiVersion: 'proofmill.dev/v1alpha1', kind: 'ScoringJob', metadata: { name: 'job' } },
    spec: {
      corpus: { uris: ['a.jsonl'] },
      pipeline: [{ stage: 'label', judge: 'gram-r2', engine: { model: 'm' }, fleet: { takeOver: false, ...fleet } }],
      ...{ output: { uri: 'out' }, limits },
    },
  });

/**
 * Coordinates a planned stage of ten records with one chunk, which it sends once, a second a turn, for sixty turns at most. `at` gives the job
 * in that second, and how many records have failed by then.
 */
async function coordinated(at: (second: number) => { job: Job; failed: number }) {
  const store = memoryStore();
  const folder = stageFolder(store, 'label');
  const common = { v: 1, run: stage.run } as const;
  await store.write(folder.paths.pack(0), [frame]);
  const digest = { sha256: sha256(frame) };
  await createEntry(folder, planEntry(records, { failed: 0, pack: { bytes: 1, ...digest }, chunk: digest }));
  await createEnd(folder, { ...common, shards: 1, records, decided: 0, failed: 0 });
  const journals = memoryJournals();
  const journal = await journals.create(0);
  const stop = new AbortController();
  const notices: string[] = [];
  let second = 0;
  let journalled = 0;
  let sent = false;
  const turn = async (): Promise<void> => {
    second += 1;
    if (second === 60) stop.abort();
    for (; journalled < at(second).failed; journalled += 1) {
      const message: OutcomeMessage = {
        ...{ ...common, shard: 0, index: journalled, itemDigest: 'd' },
        body: failedOutcome,
      };
      await journal.append(encodeFrame(message, crc32));
    }
  };
  const dispatch = {
    interruptions: 0,
    open: async () => undefined,
    // What is missing is sent, and stays under way.
    queued: async () => new Set(sent ? [0] : []),
    mark: async () => 0,
    drained: async () => true,
    async publish() {
      sent = true;
      return 'stored';
    },
    demand: async () => ({ queued: 1, waiting: 0 }),
    mend: async () => [],
  } as Partial<Dispatch> as Dispatch;
  const end = await coordinateStage({
    ...{ job: at(0).job, jobNow: () => at(second).job, store, codec: plainCodec, stages: [stage], index: 0 },
    ...{ inputs: [], totalsBefore: [], mustMake: false, times: defaultCoordinateTimes, stop: stop.signal },
    fleets: [{ dispatch, signer: null }],
    journalsOf: () => journals,
    dispatchOf: () => dispatch,
    signing: {} as never,
    clock: { now: () => second * 1000, sleep: turn },
    // The plan is written already.
    firstRecords: () => (async function* () {})(),
    events: { onNotice: (notice) => notices.push(`${second}: ${notice}`) },
  });
  return { end, second, notices };
}

it('a first limit that is set while the stage runs counts what was journalled before', async () => {
  const { end, second } = await coordinated((at) => ({
    job: jobOf({ limits: { maxFailedShare: at < 20 ? 1 : 0.2 } }),
    failed: 3,
  }));
  expect(end).toEqual({
    ended: 'limit',
    reason: '3 of 10 records failed, limits.maxFailedShare is 0.2',
    isAllAsked: false,
  });
  expect(second).toBeLessThan(25);
});

it('a limit that is raised ahead of time lets the stage run on, and the new one ends it', async () => {
  const { end, second } = await coordinated((at) => ({
    job: jobOf({ limits: { maxFailedShare: at < 10 ? 0.2 : 0.4 } }),
    failed: at < 20 ? 1 : at < 40 ? 4 : 5,
  }));
  expect(end).toMatchObject({ ended: 'limit', reason: '5 of 10 records failed, limits.maxFailedShare is 0.4' });
  expect(second).toBeGreaterThanOrEqual(40);
});

it('a limit that is taken away stops nothing', async () => {
  const { end } = await coordinated((at) => ({
    job: jobOf({ limits: { maxFailedShare: at < 10 ? 0.2 : 1 } }),
    failed: at < 20 ? 1 : 9,
  }));
  expect(end).toEqual({ ended: 'stopped' });
});

it('a stage is looked into after the silence that its fleet names now', async () => {
  const { notices } = await coordinated((at) => ({
    job: jobOf({ fleet: { quietSeconds: at < 10 ? 3600 : 15 } }),
    failed: 0,
  }));
  const [first] = notices.filter((notice) => notice.includes('Nothing has finished'));
  expect(first).toMatch(/^2[4-6]: stage label: Nothing has finished for 15 s/);
});
