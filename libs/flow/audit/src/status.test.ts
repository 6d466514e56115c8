import { crc32 } from 'node:zlib';
import type { Address, Manifest, PlanEntry } from '@proofmill/contract';
import {
  createEnd,
  createEntry,
  createJob,
  createManifest,
  createStage,
  createStart,
  stageFolder,
} from '@proofmill/folder';
import { encodeFrame } from '@proofmill/merge';
import { emptyTotals } from '@proofmill/stats';
import { failedOutcome, labelStage, memoryJournals, memoryStore, planEntry } from '@proofmill/test-kit';
import { expect, it } from 'vitest';
import { statusReader } from './status.ts';

const sum = (bytes: Uint8Array): number => crc32(bytes);
const stage = labelStage();
const entry = planEntry(3);

/** A job of one stage whose shards have these entries, and a reader of its status. */
async function bed(entries: readonly PlanEntry[]) {
  const store = memoryStore();
  const folder = stageFolder(store, 'label');
  await createJob(folder, { name: 'job', pipeline: [{ name: 'label' }] });
  await createStage(folder, stage);
  const sizes = { shardBytes: 1, chunkBytes: 1, chunkItems: 1 };
  await createStart(folder, { v: 1, run: 'r', stageDigest: 'd', inputs: [], partitions: 1, sizes });
  for (const planned of entries) await createEntry(folder, planned);
  const records = entries.reduce((sum, planned) => sum + planned.records, 0);
  await createEnd(folder, { v: 1, run: 'r', shards: entries.length, records, decided: 0 });
  const journals = memoryJournals();
  const read = statusReader({ store, journalsOf: () => journals, crc32: sum });
  const stageNow = async () => (await read()).stages[0];
  return { folder, journals, stageNow };
}

const about = (index: number, shard = 0): Address => ({ v: 1, run: 'r', shard, index, itemDigest: 'd' });

it('the status counts the records whose outcomes are refused, until one of them has an outcome', async () => {
  const { journals, stageNow } = await bed([entry]);
  const journal = await journals.create(0);
  const refuse = (index: number, drive: number) =>
    journal.append(encodeFrame({ ...about(index), body: { type: 'refused', drive, reason: 'is no outcome' } }, sum));

  expect(await stageNow()).toMatchObject({ finished: 0, refused: 0 });
  for (const [index, drive] of [
    [0, 1],
    [0, 2],
    [1, 1],
  ] as const)
    await refuse(index, drive);
  expect(await stageNow()).toMatchObject({ finished: 0, refused: 2 });
  await journal.append(encodeFrame({ ...about(1), body: failedOutcome }, sum));
  await refuse(0, 3);
  expect(await stageNow()).toMatchObject({ finished: 2, refused: 1 });
});

it('the status counts what planning has decided, of shards that wait, are open, and are committed', async () => {
  const entries = [0, 1, 2, 3].map((shard) => planEntry(3, { shard, chunk: { decided: [0] } }));
  const { folder, journals, stageNow } = await bed(entries);
  expect(await stageNow()).toMatchObject({ phase: 'running', records: 12, finished: 4, committedShards: 0 });
  const journal = await journals.create(0);
  await journal.append(encodeFrame({ ...about(1, 2), body: failedOutcome }, sum));
  expect(await stageNow()).toMatchObject({ finished: 5, committedShards: 0 });
  await createManifest(folder, manifestOf(3, 3));
  expect(await stageNow()).toMatchObject({ finished: 7, committedShards: 1 });
  await createManifest(folder, manifestOf(2, 3));
  expect(await stageNow()).toMatchObject({ finished: 8, committedShards: 2 });
  for (const shard of [0, 1]) await createManifest(folder, manifestOf(shard, 3));
  expect(await stageNow()).toMatchObject({ phase: 'done', finished: 12, committedShards: 4, shards: 4 });
});

function manifestOf(shard: number, records: number): Manifest {
  const file = { path: '', bytes: 0, sha256: '', count: 0 };
  const totals = { ...emptyTotals(), records };
  return { v: 1, run: 'r', shard, entrySha256: '', epoch: 1, cut: [], rows: file, failures: file, totals };
}
