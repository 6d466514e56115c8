import { crc32 } from 'node:zlib';
import type { Codec, Journals, OutcomeMessage, PlanEntry } from '@proofmill/contract';
import { stageFolder } from '@proofmill/folder';
import { encodeFrame, shardLedger } from '@proofmill/merge';
import { failedOutcome, labelStage, memoryJournals, memoryStore, planEntry, plannedDigest } from '@proofmill/test-kit';
import { describe, expect, it } from 'vitest';
import { StoredOutcomes } from './stored-outcomes.ts';

const stage = labelStage({ run: 'job-label-1' });
const megabyte = 1024 * 1024;

/** A shard whose outcomes have `bytes` each and lie in a journal in this order, and what is read of it. */
async function bed({ items, bytes, order }: { items: number; bytes: number; order?: readonly number[] }) {
  const entry: PlanEntry = planEntry(items, { run: stage.run });
  const ledger = shardLedger(entry);
  const journals = memoryJournals();
  const frames: Uint8Array[] = [];
  let position = 0;
  for (const index of order ?? Array.from({ length: items }, (_, at) => at)) {
    const message: OutcomeMessage = {
      ...{ v: 1, run: stage.run, shard: 0, index, itemDigest: plannedDigest },
      body: { ...failedOutcome, message: String(index).padEnd(bytes) },
    };
    const frame = encodeFrame(message, crc32);
    ledger.take({ index, kind: 'outcome', drive: 0 }, { epoch: 1, position, length: frame.length });
    frames.push(frame);
    position += frame.length;
  }
  await (await journals.create(0)).append(Buffer.concat(frames));
  const reads: number[] = [];
  const counting: Journals = {
    ...journals,
    read(partition, epoch, offset, length) {
      reads.push(length ?? Number.POSITIVE_INFINITY);
      return journals.read(partition, epoch, offset, length);
    },
  };
  const sources = {
    folder: stageFolder(memoryStore(), 'label', stage.run),
    journals: counting,
    codec: { crc32 } as Codec,
    stage,
    partition: 0,
  };
  const outcomes = new StoredOutcomes(sources, ledger, Array(items).keys());
  /** The indexes that the outcomes of these items say. */
  const said = async (indexes: Iterable<number>): Promise<number[]> => {
    const found: number[] = [];
    for (const index of indexes) {
      const outcome = await outcomes.of(index);
      found.push(outcome?.type === 'failed' ? Number(outcome.message) : Number.NaN);
    }
    return found;
  };
  return { said, reads };
}

describe('the outcomes of a shard', () => {
  it('are read together, a thousand at a time, however many chunks they are of', async () => {
    const { said, reads } = await bed({ items: 3000, bytes: 100 });
    expect(await said(Array(3000).keys())).toEqual([...Array(3000).keys()]);
    expect(reads).toHaveLength(3);
  });

  it('are read a few megabytes at a time where they are long', async () => {
    const { said, reads } = await bed({ items: 30, bytes: 400_000 });
    expect(await said(Array(30).keys())).toEqual([...Array(30).keys()]);
    expect(Math.max(...reads)).toBeLessThan(5 * megabyte);
    expect(reads.length).toBeLessThan(5);
  });

  it('are found wherever they lie, and again when another item is a duplicate of theirs', async () => {
    const items = 2000;
    const order = Array.from({ length: items }, (_, at) => (at * 7) % items);
    const { said } = await bed({ items, bytes: 300, order });
    const asked = [0, 1, 5, 1, 1500, 5, 1999, 0];
    expect(await said(asked)).toEqual(asked);
  });
});
