import { crc32 } from 'node:zlib';
import type { ItemReport, Journals, PlanEntry } from '@proofmill/contract';
import { encodeFrame, type ShardLedger, shardLedger } from '@proofmill/merge';
import { failedOutcome, planEntry } from '@proofmill/test-kit';
import { describe, expect, it } from 'vitest';
import { journalView } from './index.ts';

const sum = (bytes: Uint8Array): number => crc32(bytes);
const shardCount = 3;
const shardRecords = 8;

/** Journals of one partition as bytes in a map, given in pieces of `pieceBytes`. */
function journalsOf(files: Map<number, Buffer>, pieceBytes = 50) {
  const reads: { epoch: number; offset: number }[] = [];
  const journals: Journals = {
    create: () => Promise.reject(new Error('not for these tests')),
    epochs: async () => [...files.keys()].sort((a, b) => a - b),
    async *read(_partition, epoch, offset) {
      reads.push({ epoch, offset });
      const bytes = files.get(epoch) ?? Buffer.alloc(0);
      for (let at = offset; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
    },
  };
  return { journals, reads };
}

const entryOf = (shard: number): PlanEntry => planEntry(shardRecords, { shard });

function frame(shard: number, index: number, drive = 0): Buffer {
  const body: ItemReport = drive > 0 ? { type: 'suspect', drive } : failedOutcome;
  return Buffer.from(encodeFrame({ v: 1, run: 'r', shard, index, itemDigest: 'd', body }, sum));
}

function bed(files: Map<number, Buffer>, pieceBytes?: number, partitions = 1) {
  const ledgers = new Map<number, ShardLedger>();
  let failures = 0;
  const failing = { at: -1 };
  const unseen = new Set<number>();
  const { journals, reads } = journalsOf(files, pieceBytes);
  let asked = 0;
  const view = journalView({
    journals,
    partition: 0,
    partitions,
    crc32: sum,
    ledgerOf: async (shard) => {
      asked += 1;
      if (asked === failing.at) {
        failures += 1;
        throw new Error('the store does not answer');
      }
      if (unseen.has(shard)) return 'unseen';
      if (shard >= shardCount) return null;
      const ledger = ledgers.get(shard) ?? shardLedger(entryOf(shard));
      ledgers.set(shard, ledger);
      return ledger;
    },
  });
  const heldOf = (shard: number): number[] =>
    [...Array(shardRecords).keys()].filter((index) => ledgers.get(shard)?.holding(index).state === 'held');
  return { view, heldOf, ledgers, reads, failing, unseen, failures: () => failures };
}

describe('the view of the journals of a partition', () => {
  it('fills the ledgers from all epochs, and skips frames of committed shards', async () => {
    const files = new Map([
      [1, Buffer.concat([frame(0, 0), frame(1, 5), frame(9, 0)])],
      [2, Buffer.concat([frame(0, 0), frame(0, 3), frame(2, 1, 4)])],
    ]);
    const { view, heldOf, ledgers } = bed(files);
    await view.catchUp();
    expect([heldOf(0), heldOf(1), heldOf(2)]).toEqual([[0, 3], [5], []]);
    expect(ledgers.get(0)?.holding(0)).toMatchObject({ place: { epoch: 1, position: 0 } });
    expect(ledgers.get(0)?.holding(3)).toMatchObject({ place: { epoch: 2, position: frame(0, 0).length } });
    expect(ledgers.get(2)?.knows({ index: 1, kind: 'suspicion', drive: 4 })).toBe(true);
    expect(view.cut()).toEqual([
      { epoch: 1, bytes: files.get(1)?.length },
      { epoch: 2, bytes: files.get(2)?.length },
    ]);
  });

  it('waits at a frame of a shard that is not planned now, and takes it once it is', async () => {
    const files = new Map([
      [1, Buffer.concat([frame(0, 0), frame(1, 5), frame(0, 1)])],
      [2, frame(0, 2)],
    ]);
    const { view, heldOf, unseen } = bed(files);
    unseen.add(1);
    expect(await view.catchUp()).toBe('waiting');
    expect(await view.catchUp()).toBe('waiting');
    expect([heldOf(0), heldOf(1)]).toEqual([[0, 2], []]);
    expect(view.cut()).toContainEqual({ epoch: 1, bytes: frame(0, 0).length });
    unseen.clear();
    expect(await view.catchUp()).toBe('all');
    expect([heldOf(0), heldOf(1)]).toEqual([[0, 1, 2], [5]]);
  });

  it('leaves out the frames of other partitions, in a journal that was put in the place of theirs', async () => {
    const { view, heldOf } = bed(new Map([[1, Buffer.concat([frame(1, 5), frame(2, 3)])]]), 50, 2);
    expect(await view.catchUp()).toBe('all');
    expect([heldOf(1), heldOf(2)]).toEqual([[], [3]]);
  });

  it('resumes where it stopped, and reads new epochs as well', async () => {
    const files = new Map([[1, frame(0, 0)]]);
    const { view, heldOf, reads } = bed(files);
    await view.catchUp();
    files.set(1, Buffer.concat([frame(0, 0), frame(0, 1)])).set(2, frame(0, 2));
    await view.catchUp();
    expect(heldOf(0)).toEqual([0, 1, 2]);
    expect(reads).toEqual([
      { epoch: 1, offset: 0 },
      { epoch: 1, offset: frame(0, 0).length },
      { epoch: 2, offset: 0 },
    ]);
  });

  it('leaves out the excepted epoch, and cuts it where its writer says', async () => {
    const files = new Map([
      [1, frame(0, 0)],
      [2, frame(0, 1)],
    ]);
    const { view, heldOf } = bed(files);
    await view.catchUp({ except: 2 });
    expect(heldOf(0)).toEqual([0]);
    view.noteOwn(2, 40);
    expect(view.cut()).toEqual([
      { epoch: 1, bytes: frame(0, 0).length },
      { epoch: 2, bytes: 40 },
    ]);
  });

  it('takes a torn tail once it is whole', async () => {
    const whole = Buffer.concat([frame(0, 0), frame(0, 1), frame(0, 2)]);
    for (let cut = 0; cut <= whole.length; cut += 7) {
      const files = new Map([[1, whole.subarray(0, cut)]]);
      const { view, heldOf } = bed(files, 13);
      await view.catchUp();
      const complete = Math.floor(cut / frame(0, 0).length);
      expect(heldOf(0), `cut at ${cut}`).toEqual([0, 1, 2].slice(0, complete));
      expect(view.cut(), `cut at ${cut}`).toEqual([{ epoch: 1, bytes: complete * frame(0, 0).length }]);
      files.set(1, whole);
      await view.catchUp();
      expect(heldOf(0), `cut at ${cut}`).toEqual([0, 1, 2]);
    }
  });

  it('takes nothing after a bad frame, of that epoch only, and never reads that journal again', async () => {
    const bad = Buffer.concat([frame(0, 0), frame(0, 1), frame(0, 2)]);
    bad.writeUInt8(bad.readUInt8(frame(0, 0).length + 30) ^ 1, frame(0, 0).length + 30);
    const files = new Map([
      [1, bad],
      [2, frame(0, 5)],
    ]);
    const { view, heldOf, reads } = bed(files);
    await view.catchUp();
    expect(heldOf(0)).toEqual([0, 5]);
    expect(view.cut()[0]).toEqual({ epoch: 1, bytes: frame(0, 0).length });
    reads.length = 0;
    await view.catchUp();
    expect(reads.map(({ epoch }) => epoch)).toEqual([2]);
  });

  it('misses no frame after a ledger could not be read: the next call resumes with that frame', async () => {
    const frames = Array.from({ length: shardRecords }, (_, index) => frame(0, index));
    for (let at = 1; at <= shardRecords; at += 1) {
      const { view, heldOf, failing, failures } = bed(new Map([[1, Buffer.concat(frames)]]), 300);
      failing.at = at;
      await expect(view.catchUp()).rejects.toThrow('the store does not answer');
      await view.catchUp();
      expect(failures()).toBe(1);
      expect(heldOf(0), `the ledger failed for frame ${at}`).toEqual([...Array(shardRecords).keys()]);
      expect(view.cut(), `the ledger failed for frame ${at}`).toEqual([
        { epoch: 1, bytes: Buffer.concat(frames).length },
      ]);
    }
  });
});
