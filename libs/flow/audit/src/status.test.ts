import { crc32 } from 'node:zlib';
import type { Address } from '@proofmill/contract';
import { createEnd, createEntry, createJob, createStage, createStart, stageFolder } from '@proofmill/folder';
import { encodeFrame } from '@proofmill/merge';
import { labelStage, memoryJournals, memoryStore, planEntry } from '@proofmill/test-kit';
import { expect, it } from 'vitest';
import { statusReader } from './status.ts';

const sum = (bytes: Uint8Array): number => crc32(bytes);
const stage = labelStage();
const entry = planEntry(3);

it('the status counts the records whose outcomes are refused, until one of them has an outcome', async () => {
  const store = memoryStore();
  const folder = stageFolder(store, 'label');
  await createJob(folder, { name: 'job', pipeline: [{ name: 'label' }] });
  await createStage(folder, stage);
  const sizes = { shardBytes: 1, chunkBytes: 1, chunkItems: 1 };
  await createStart(folder, { v: 1, run: 'r', stageDigest: 'd', inputs: [], partitions: 1, sizes });
  await createEntry(folder, entry);
  await createEnd(folder, { v: 1, run: 'r', shards: 1, records: 3, decided: 0 });
  const journals = memoryJournals();
  const journal = await journals.create(0);
  const read = statusReader({ store, journalsOf: () => journals, crc32: sum });
  const stageNow = async () => (await read()).stages[0];
  const about = (index: number): Address => ({ v: 1, run: 'r', shard: 0, index, itemDigest: 'd' });
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
  const body = {
    type: 'failed' as const,
    class: 'timeout' as const,
    message: '',
    answers: [],
    finishReasons: [],
    votes: [],
    tokens: { prompt: 0, completion: 0 },
  };
  await journal.append(encodeFrame({ ...about(1), body }, sum));
  await refuse(0, 3);
  expect(await stageNow()).toMatchObject({ finished: 2, refused: 1 });
});
