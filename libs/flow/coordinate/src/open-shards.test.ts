import { crc32 } from 'node:zlib';
import type { PlanEntry, StageFile } from '@proofmill/contract';
import { createEntry, stageFolder } from '@proofmill/folder';
import { encodeFrame } from '@proofmill/merge';
import { memoryJournals, memoryStore, planEntry } from '@proofmill/test-kit';
import { expect, it } from 'vitest';
import { OpenShards } from './open-shards.ts';

const run = 'job-label-1';
const items = 4;
const entry = planEntry(items, { run });

/** A shard of four items, of which the journal of epoch 1 has the first three. */
async function bed() {
  const folder = stageFolder(memoryStore(new Map()), 'label');
  await createEntry(folder, entry);
  const journals = memoryJournals();
  const writer = await journals.create(0);
  let frameBytes = 0;
  // Three suspicions alone, of different drives, are an outcome, and the shortest one to write.
  for (const drive of [1, 2, 3]) {
    for (const index of [0, 1, 2]) {
      const body = { type: 'suspect' as const, drive, alone: true as const };
      const frame = encodeFrame({ v: 1, run, shard: 0, index, itemDigest: '', body }, crc32);
      frameBytes = frame.length;
      await writer.append(frame);
    }
  }
  await writer.sync();
  const refused: string[] = [];
  const shards = new OpenShards({
    stage: { run, partitions: 1 } as StageFile,
    progress: { planned: 1, end: null },
    folder,
    journals,
    crc32,
    lookInto: () => null,
    onCommit: () => undefined,
    onRefusal: (item) => refused.push(item),
  });
  await shards.fill({ shards: 1, records: 0, mostSmall: 0 }, 1);
  await shards.readJournals(0);
  return { shards, journals, writer, refused, frameBytes };
}

it('what a journal has lost after it was read is missing again, once the journals are read from the beginning', async () => {
  const { shards, journals, frameBytes } = await bed();
  expect(shards.finishedRecords).toBe(3);
  // The last frame but one, which made the second item fail as poison.
  journals.change(0, 1, (bytes) => bytes.map((byte, position) => (position === 7 * frameBytes + 20 ? byte ^ 1 : byte)));
  await shards.readJournals(0);
  expect(shards.finishedRecords).toBe(3);
  expect(await shards.reread()).toBe(2);
  expect(shards.finishedRecords).toBe(1);
  const [shard] = [...shards];
  expect(shard?.ledger.missing(0)).toEqual([1, 2, 3]);
  expect([...(shard?.unresolved ?? [])]).toEqual([0]);
});

it('reading sound journals again changes nothing, however often', async () => {
  const { shards } = await bed();
  const given = shards.givenRecords;
  for (let times = 0; times < 3; times += 1) expect(await shards.reread()).toBe(0);
  expect(shards.finishedRecords).toBe(3);
  expect(shards.givenRecords).toBe(given);
});

it('reading again tells no refusal twice, and forgets no send that led to nothing', async () => {
  const { shards, writer, refused } = await bed();
  const body = { type: 'refused' as const, drive: 1, reason: 'is no outcome' };
  await writer.append(encodeFrame({ v: 1, run, shard: 0, index: 3, itemDigest: '', body }, crc32));
  await shards.readJournals(0);
  const [before] = [...shards];
  before?.fruitless.set(0, { sends: 4, progress: before.ledger.progress(0), isMended: false });
  await shards.reread();
  const [after] = [...shards];
  expect(after?.fruitless.get(0)).toEqual({ sends: 4, progress: after?.ledger.progress(0), isMended: false });
  const next = { ...body, drive: 2 };
  await writer.append(encodeFrame({ v: 1, run, shard: 0, index: 3, itemDigest: '', body: next }, crc32));
  await shards.readJournals(0);
  expect(refused).toEqual(['00000:3', '00000:3']);
});

/** How many of the planned shards, each with such an entry, are opened at once. */
async function openedOf(entryOfAll: PlanEntry, planned = 5): Promise<number> {
  const folder = stageFolder(memoryStore(new Map()), 'label');
  for (let shard = 0; shard < planned; shard += 1) await createEntry(folder, { ...entryOfAll, shard });
  const shards = new OpenShards({
    stage: { run, partitions: 1 } as StageFile,
    progress: { planned, end: null },
    folder,
    journals: memoryJournals(),
    crc32,
    lookInto: () => null,
    onCommit: () => undefined,
    onRefusal: () => undefined,
  });
  await shards.fill({ shards: 4, records: 2000, mostSmall: 8 }, planned);
  return [...shards].length;
}

it('opens shards ahead of their turn as the window says, and fewer where they have many records', async () => {
  const opened = (records: number): Promise<number> => openedOf(planEntry(records, { run }));
  expect([await opened(1000), await opened(100_000), await opened(300_000)]).toEqual([4, 3, 2]);
});

it('opens more of small shards, up to a number of records or of shards', async () => {
  const opened = (records: number): Promise<number> => openedOf(planEntry(records, { run }), 20);
  expect([await opened(100), await opened(300), await opened(500), await opened(2000)]).toEqual([8, 7, 4, 4]);
});

it('opens fewer shards where they have many chunks, as with many votes', async () => {
  const single = planEntry(1, { run });
  const opened = (count: number): Promise<number> =>
    openedOf({ ...single, chunks: Array(count).fill(single.chunks[0]) as PlanEntry['chunks'] });
  expect([await opened(1000), await opened(25_000)]).toEqual([5, 3]);
});
