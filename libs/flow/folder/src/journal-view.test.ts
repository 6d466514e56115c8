import { crc32 } from 'node:zlib';
import type { Checkpoint, ItemReport, Journals, PlanEntry } from '@proofmill/contract';
import { encodeFrame, encodeKnown, type ShardLedger, shardLedger } from '@proofmill/merge';
import { failedOutcome, planEntry } from '@proofmill/test-kit';
import { describe, expect, it } from 'vitest';
import { journalView } from './index.ts';

const sum = (bytes: Uint8Array): number => crc32(bytes);
const shardCount = 3;
const shardRecords = 8;

/** Journals of one partition as bytes in a map, given in pieces of `pieceBytes`; those in `ended` do not grow. */
function journalsOf(files: Map<number, Buffer>, ended: ReadonlySet<number>, pieceBytes = 50) {
  const calls: string[] = [];
  /** Called once, when a journal was read to its end. */
  const onRead: (() => void)[] = [];
  const reads: { epoch: number; offset: number }[] = [];
  const journals: Journals = {
    create: () => Promise.reject(new Error('not for these tests')),
    async epochs(_partition, after = 0) {
      calls.push(after === 0 ? 'list all' : 'look for the next');
      return [...files.keys()].filter((epoch) => epoch > after).sort((a, b) => a - b);
    },
    end: () => Promise.reject(new Error('not for these tests')),
    async lengthOfEnded(_partition, epoch) {
      calls.push(`is ${epoch} ended`);
      return ended.has(epoch) ? (files.get(epoch)?.length ?? 0) : null;
    },
    async *read(_partition, epoch, offset) {
      calls.push(`read ${epoch}`);
      reads.push({ epoch, offset });
      const bytes = files.get(epoch) ?? Buffer.alloc(0);
      for (let at = offset; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
      onRead.shift()?.();
    },
  };
  return { journals, reads, calls, onRead };
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
  const ended = new Set<number>();
  const given: { checkpoint: Checkpoint | null; epochs: readonly number[] } = { checkpoint: null, epochs: [] };
  const { journals, reads, calls, onRead } = journalsOf(files, ended, pieceBytes);
  let asked = 0;
  const view = journalView({
    journals,
    partition: 0,
    partitions,
    crc32: sum,
    async checkpoint(epochs) {
      given.epochs = epochs;
      return given.checkpoint;
    },
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
  return { view, heldOf, ledgers, reads, calls, onRead, ended, given, failing, unseen, failures: () => failures };
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

  it('looks at no epoch again that is over, however many there are: a look costs what may be new', async () => {
    const files = new Map(Array.from({ length: 1000 }, (_, index) => [index + 1, frame(0, index % 8)]));
    const { view, calls, ended } = bed(files);
    for (let epoch = 1; epoch < 1000; epoch += 1) ended.add(epoch);
    await view.catchUp();
    expect([1, 999, 1000].map((epoch) => view.isOver(epoch))).toEqual([true, true, false]);
    calls.length = 0;
    await view.catchUp();
    expect(calls).toEqual(['look for the next', 'read 1000', 'is 1000 ended']);
    ended.add(1000);
    files.set(1001, frame(1, 1));
    await view.catchUp();
    calls.length = 0;
    await view.catchUp();
    expect(calls).toEqual(['look for the next', 'read 1001', 'is 1001 ended']);
    expect(view.cut()).toHaveLength(1001);
  });

  it('looks at a journal again that has grown since it was read and was ended then', async () => {
    const whole = Buffer.concat([frame(0, 0), frame(1, 1)]);
    const files = new Map<number, Buffer>([[1, frame(0, 0)]]);
    const { view, heldOf, onRead, ended } = bed(files);
    onRead.push(() => {
      files.set(1, whole);
      ended.add(1);
    });
    await view.catchUp();
    expect([view.isOver(1), heldOf(1)]).toEqual([false, []]);
    await view.catchUp();
    expect([view.isOver(1), heldOf(1)]).toEqual([true, [1]]);
  });

  it('looks at an ended journal until it has taken all of it; a torn tail, which nobody completes, does not count', async () => {
    const torn = Buffer.concat([frame(0, 0), frame(1, 1), frame(0, 2).subarray(0, 20)]);
    const { view, heldOf, ended, unseen } = bed(new Map([[1, torn]]));
    unseen.add(1);
    ended.add(1);
    await view.catchUp();
    expect([view.isOver(1), heldOf(0), heldOf(1)]).toEqual([false, [0], []]);
    unseen.clear();
    await view.catchUp();
    expect([view.isOver(1), heldOf(0), heldOf(1)]).toEqual([true, [0], [1]]);
  });

  it('begins with a checkpoint, and reads what follows it; from the beginning where it is told to', async () => {
    const begun = [frame(0, 0), frame(1, 5), frame(2, 1, 4)];
    const before = Buffer.concat(begun);
    const files = new Map<number, Buffer>([[1, before]]);
    const first = bed(files);
    first.ended.add(1);
    await first.view.catchUp();

    files.set(2, frame(0, 3));
    const { view, heldOf, ledgers, reads, given } = bed(files);
    given.checkpoint = {
      v: 1,
      run: 'r',
      partition: 0,
      cut: first.view.cut().map((read) => ({ ...read, isOver: first.view.isOver(read.epoch) })),
      committed: [],
      shards: [...first.ledgers].map(([shard, ledger]) => ({
        shard,
        frames: Buffer.from(encodeKnown(ledger)).toString('base64'),
      })),
    };
    await view.catchUp();
    expect(given.epochs).toEqual([1, 2]);
    expect(reads).toEqual([{ epoch: 2, offset: 0 }]);
    expect([heldOf(0), heldOf(1)]).toEqual([[0, 3], [5]]);
    expect(ledgers.get(1)?.holding(5)).toEqual(first.ledgers.get(1)?.holding(5));
    expect(ledgers.get(2)?.knows({ index: 1, kind: 'suspicion', drive: 4 })).toBe(true);
    expect(view.cut()).toEqual([
      { epoch: 1, bytes: before.length },
      { epoch: 2, bytes: frame(0, 3).length },
    ]);
    await view.catchUp({ again: true });
    expect(reads.slice(1)).toEqual([
      { epoch: 1, offset: 0 },
      { epoch: 2, offset: 0 },
    ]);
  });

  it('reads the journals from the beginning where a shard of the checkpoint has no entry now', async () => {
    const files = new Map([[1, Buffer.concat([frame(0, 0), frame(1, 5)])]]);
    const { view, heldOf, reads, given, unseen } = bed(files);
    const known = shardLedger(entryOf(1));
    unseen.add(1);
    given.checkpoint = {
      v: 1,
      run: 'r',
      partition: 0,
      cut: [{ epoch: 1, bytes: files.get(1)?.length ?? 0, isOver: true }],
      committed: [],
      shards: [{ shard: 1, frames: Buffer.from(encodeKnown(known)).toString('base64') }],
    };
    expect(await view.catchUp()).toBe('waiting');
    unseen.clear();
    expect(await view.catchUp()).toBe('all');
    expect([heldOf(0), heldOf(1)]).toEqual([[0], [5]]);
    expect(reads[0]).toEqual({ epoch: 1, offset: 0 });
  });
});
