import { taskHeaderSchema } from '@proofmill/contract';
import { describe, expect, it } from 'vitest';
import { itemsToOffer, type OpenItem, tasksToOffer } from './index.ts';

const names = { run: 'r', stageDigest: 'd' };
const open = (shard: number, chunk: number, ...indexes: number[]): OpenItem[] =>
  indexes.map((index) => ({ shard, chunk, index, drive: 1 + chunk }));

describe('what idle workers are offered', () => {
  it('are the items that are open for longest, as many as may be offered', () => {
    const items = [...open(1, 1, 5), ...open(1, 0, 0, 3), ...open(0, 0, 1, 2)];
    expect(itemsToOffer(items, 3)).toEqual([...open(0, 0, 1, 2), ...open(1, 0, 0)]);
    expect(itemsToOffer(items, 9)).toHaveLength(5);
    expect(itemsToOffer(items, 0)).toEqual([]);
  });

  it('comes in tasks of one chunk, with the drive of the task that has the items', () => {
    const tasks = tasksToOffer(itemsToOffer([...open(0, 0, 1, 2), ...open(0, 1, 5, 6, 7)], 5), 1, names);
    expect(tasks).toEqual([
      { v: 1, ...names, shard: 0, chunk: 0, drive: 1, only: [1, 2], takeOver: true },
      { v: 1, ...names, shard: 0, chunk: 1, drive: 2, only: [5, 6], takeOver: true },
      { v: 1, ...names, shard: 0, chunk: 1, drive: 2, only: [7], takeOver: true },
    ]);
    for (const task of tasks) expect(taskHeaderSchema.parse(task)).toEqual(task);
  });

  it('is spread over all who wait, in small tasks', () => {
    const many = itemsToOffer(open(0, 0, ...Array(64).keys()), 64);
    const sizesFor = (waiting: number) => tasksToOffer(many, waiting, names).map(({ only = [] }) => only.length);
    expect(sizesFor(16)).toEqual(Array(32).fill(2));
    expect(sizesFor(100)).toEqual(Array(64).fill(1));
    expect(sizesFor(1)).toEqual(Array(8).fill(8));
  });
});
