/** What a collector reads when it starts again, and what happens to one whose journal another one has ended. */
import { crc32 } from 'node:zlib';
import type { Codec, Journals, OutcomeDelivery, OutcomeSource } from '@proofmill/contract';
import { createEntry, stageFolder } from '@proofmill/folder';
import { encodeFrame } from '@proofmill/merge';
import {
  failedOutcome,
  labelStage,
  type MemoryJournals,
  memoryJournals,
  memoryStore,
  planEntry,
  plannedDigest,
} from '@proofmill/test-kit';
import { describe, expect, it } from 'vitest';
import { collectPartition } from './collect.ts';
import type { IngestCounts } from './ingest.ts';

const run = 'job-label-1';
const stage = labelStage({ run });
const records = 200;
const text = 'x'.repeat(1000);
const checkpointBytes = 20_000;

const frameOf = (index: number, drive = 1): Uint8Array =>
  encodeFrame(
    { v: 1, run, shard: 0, index, itemDigest: plannedDigest, body: { ...failedOutcome, message: text } },
    crc32,
    drive,
  );

const range = (first: number, end: number): number[] =>
  Array.from({ length: end - first }, (_, offset) => first + offset);

/** A shard that is never complete, in a folder and journals that outlive their collectors. */
async function bed() {
  const objects = new Map<string, Uint8Array>();
  const store = memoryStore(objects);
  await createEntry(stageFolder(store, 'label', run), planEntry(records + 1, { run }));
  const journals = memoryJournals();
  const checkpoints = (): string[] => [...objects.keys()].filter((path) => path.includes('/checkpoints/'));
  /** The counts that collectors have told. */
  const reported: IngestCounts[] = [];
  /** Gives the outcomes of these items one by one, and then stops. */
  const collect = async (
    indexes: readonly number[],
    {
      from = journals,
      drive = 1,
      onPull = async () => undefined,
    }: { from?: Journals; drive?: number; onPull?: (pull: number) => Promise<unknown> } = {},
  ): Promise<IngestCounts> => {
    const stop = new AbortController();
    const unacknowledged = indexes.map((index) => [index]);
    let pulls = 0;
    const outcomes: OutcomeSource = {
      async pull(): Promise<OutcomeDelivery[]> {
        pulls += 1;
        await onPull(pulls);
        const [next] = unacknowledged;
        if (!next) stop.abort();
        if (!next) return [];
        return [
          {
            batch: Buffer.concat(next.map((index) => frameOf(index, drive))),
            acknowledge: async () => void unacknowledged.splice(unacknowledged.indexOf(next), 1),
          },
        ];
      },
    };
    const { counts } = await collectPartition({
      stage,
      partition: 0,
      store,
      journals: from,
      outcomes,
      codec: { crc32 } as Codec,
      clock: { now: () => 0, sleep: async () => undefined },
      stop: stop.signal,
      transportDownMs: 1000,
      checkpointBytes,
      onIngest: (soFar) => reported.push({ ...soFar }),
    });
    return counts;
  };
  return { objects, journals, checkpoints, reported, collect };
}

/** The same journals, and how many bytes are read from them. */
function counted(journals: MemoryJournals) {
  const read = { bytes: 0 };
  const counting: Journals = {
    ...journals,
    async *read(partition, epoch, offset, length) {
      for await (const piece of journals.read(partition, epoch, offset, length)) {
        read.bytes += piece.length;
        yield piece;
      }
    },
  };
  return { read, counting };
}

describe('a collector that starts again', () => {
  it('knows what was journalled, and reads only what the newest checkpoint does not know', async () => {
    const { journals, checkpoints, reported, collect } = await bed();
    const counts = await collect(range(0, records));
    expect(counts).toMatchObject({ accepted: records });
    // What has become of outcomes is told as they come.
    expect(reported.map(({ accepted }) => accepted)).toEqual(range(1, records + 1));
    expect(reported.at(-1)).toEqual(counts);
    expect(checkpoints()).toHaveLength(2);
    const { read, counting } = counted(journals);
    expect(await collect(range(0, records), { from: counting })).toMatchObject({ accepted: 0, duplicate: records });
    expect(read.bytes).toBeLessThan((records * frameOf(0).length) / 3);
  });

  it.each([
    ['damaged', (objects: Map<string, Uint8Array>, path: string) => objects.set(path, Buffer.from('{}'))],
    ['gone', (objects: Map<string, Uint8Array>, path: string) => objects.delete(path)],
  ])('knows the same where all checkpoints are %s', async (_, harm) => {
    const { objects, journals, checkpoints, collect } = await bed();
    await collect(range(0, records));
    for (const path of checkpoints()) harm(objects, path);
    const { read, counting } = counted(journals);
    expect(await collect(range(0, records), { from: counting })).toMatchObject({ accepted: 0, duplicate: records });
    expect(read.bytes).toBeGreaterThanOrEqual(records * frameOf(0).length);
  });
});

describe('a collector that is given what was asked for though it holds it', () => {
  const damaged = (bytes: Uint8Array): Uint8Array => bytes.map((byte, at) => (at === 30 ? byte ^ 1 : byte));

  it('reads the journals again, whatever a checkpoint says, and journals what they no longer give', async () => {
    const { journals, checkpoints, collect } = await bed();
    await collect(range(0, records));
    journals.change(0, 1, damaged);
    // It cannot tell the same drive from a task, or a batch, that was delivered again.
    expect(await collect(range(0, records))).toMatchObject({ accepted: 0, duplicate: records });
    const before = checkpoints();
    expect(await collect(range(0, records), { drive: 2 })).toMatchObject({ accepted: records, duplicate: 0 });
    expect(checkpoints()).not.toEqual(before);
    expect(await collect(range(0, records), { drive: 2 })).toMatchObject({ accepted: 0, duplicate: records });
  });

  it('reads those again that were damaged after it had read them', async () => {
    const { journals, collect } = await bed();
    const once = range(0, 10);
    await collect(once);
    const onPull = async (pull: number) => {
      if (pull === 1) journals.change(0, 1, damaged);
    };
    expect(await collect(once, { drive: 2, onPull })).toMatchObject({ accepted: once.length, duplicate: 0 });
  });

  it('takes it for a repeated one where the journals give what it holds', async () => {
    const { journals, collect } = await bed();
    await collect(range(0, 20));
    expect(await collect(range(0, 20), { drive: 2 })).toMatchObject({ accepted: 0, duplicate: 20 });
    expect((await journals.epochs(0)).length).toBeLessThanOrEqual(22);
  });
});

describe('a collector whose journal another one has ended', () => {
  it('begins another, keeps what it had acknowledged, and ends no journal in its turn', async () => {
    const { journals, collect } = await bed();
    let twin = 0;
    let pulls = 0;
    const counts = await collect(range(0, 20), {
      async onPull(pull) {
        pulls = pull;
        if (pull !== 10) return;
        twin = (await journals.create(0)).epoch;
        await journals.end(0, 1);
      },
    });
    // What it had appended without an acknowledgement comes again, and may be in the ended journal.
    expect(counts.accepted + counts.duplicate).toBe(20);
    // The batch at hand is journalled by the next life: it does not wait until the transport delivers it again.
    expect(pulls).toBe(21);
    expect(await journals.epochs(0)).toEqual([1, 2, 3]);
    expect(await journals.lengthOfEnded(0, twin)).toBeNull();
    expect(await journals.lengthOfEnded(0, 1)).not.toBeNull();
    // The next one that starts knows of all three.
    expect(await collect(range(0, 20))).toMatchObject({ accepted: 0, duplicate: 20 });
    expect(await journals.lengthOfEnded(0, twin)).not.toBeNull();
  });
});
