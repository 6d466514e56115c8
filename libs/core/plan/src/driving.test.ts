import { type PlanEntry, taskHeaderSchema } from '@proofmill/contract';
import { describe, expect, it } from 'vitest';
import { askedChunks, nextSteps } from './index.ts';

const source = { file: 'f', line: 1 };
const chunkOf = (first: number, count: number, decided: number[] = []) => ({
  offset: 0,
  bytes: 1,
  first,
  count,
  sha256: '',
  digests: '',
  decided,
});
const entry: PlanEntry = {
  v: 1,
  run: 'r',
  shard: 6,
  records: 10,
  from: source,
  to: source,
  pack: { bytes: 1, sha256: '' },
  chunks: [chunkOf(0, 4, [1]), chunkOf(4, 3), chunkOf(7, 3, [7, 8, 9])],
};
const names = { run: 'r', stageDigest: 'd' };

/** The next task of chunk 0 or 1, given what is missing and how often items are suspected. */
function task(missing: number[], suspicions: Record<number, number> = {}, drivesBefore = 0, chunk = 0) {
  const suspicionsOf = (index: number) => suspicions[index] ?? 0;
  // Here the drives that were accused are 1, 2, ..
  const evidence = { entry, missing: () => missing, suspicions: suspicionsOf, lastDrive: suspicionsOf };
  const { held, send } = nextSteps(evidence, [chunk], new Map([[chunk, drivesBefore]]), names);
  const [header = null] = send;
  expect(held).toEqual(header ? [] : [chunk]);
  if (header) expect(taskHeaderSchema.parse(header)).toEqual(header);
  return header;
}

describe('what to drive', () => {
  it('are the chunks with something to ask', () => expect(askedChunks(entry)).toEqual([0, 1]));

  it('is nothing where nothing is missing', () => expect(task([])).toBeNull());

  it('is every chunk with something missing, and no chunk that is held', () => {
    const evidence = {
      entry,
      missing: (chunk: number) => (chunk === 0 ? [] : [4, 6]),
      suspicions: () => 0,
      lastDrive: () => 0,
    };
    const { held, send } = nextSteps(evidence, [0, 1], new Map([[1, 2]]), { ...names });
    expect(held).toEqual([0]);
    expect(send).toEqual([{ v: 1, ...names, shard: 6, chunk: 1, drive: 3, only: [4, 6] }]);
  });

  it('is the whole chunk, without a list, where all that is asked is missing', () => {
    expect(task([0, 2, 3])).toEqual({ v: 1, ...names, shard: 6, chunk: 0, drive: 1 });
    expect(task([4, 5, 6], {}, 0, 1)).toEqual({ v: 1, ...names, shard: 6, chunk: 1, drive: 1 });
  });

  it('is what is missing, where some of it is held', () => {
    expect(task([2, 3])).toMatchObject({ only: [2, 3], drive: 1 });
  });

  it('are first the items that no engine died with, then the suspects', () => {
    const header = task([0, 2, 3], { 2: 1 });
    expect(header).toMatchObject({ only: [0, 3] });
    expect(header).not.toHaveProperty('alone');
  });

  it('are then the suspects of one death, together, since most of them are innocent', () => {
    const header = task([0, 2, 3], { 0: 1, 2: 2, 3: 1 });
    expect(header).toMatchObject({ only: [0, 3] });
    expect(header).not.toHaveProperty('alone');
    expect(task([0, 2, 3], { 0: 1, 2: 1, 3: 1 })).not.toHaveProperty('alone');
  });

  it('are those that two engines died with, alone, when nothing else is missing', () => {
    expect(task([2], { 2: 2 })).toMatchObject({ only: [2], alone: true });
    expect(task([0, 2, 3], { 0: 2, 2: 3, 3: 2 })).toMatchObject({ alone: true });
    expect(task([0, 2, 3], { 0: 2, 2: 3, 3: 2 })).not.toHaveProperty('only');
  });

  it('has a drive above every earlier one, also after a coordinator that forgot them', () => {
    expect(task([0, 2, 3], {}, 4)).toMatchObject({ drive: 5 });
    expect(task([2], { 2: 1 }, 1)).toMatchObject({ drive: 2 });
    // A new coordinator has counted no drive, but the journals hold two of this item.
    expect(task([2], { 2: 2 }, 0)).toMatchObject({ drive: 3 });
    expect(task([0, 2], { 2: 2 }, 0)).toMatchObject({ only: [0], drive: 3 });
  });

  it('ends with poison, not with a drive that was counted already', () => {
    // A suspicion for every drive, with a coordinator that dies in between: three different drives are seen.
    const drives = new Set<number>();
    while (drives.size < 3) {
      const header = task([2], { 2: drives.size }, 0);
      if (!header || drives.has(header.drive)) throw new Error('a drive comes again');
      drives.add(header.drive);
    }
    expect([...drives]).toEqual([1, 2, 3]);
  });
});
