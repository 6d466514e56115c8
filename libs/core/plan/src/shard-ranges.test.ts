import { chanceOf, seedNote, testSeed } from '@proofmill/test-kit';
import { describe, expect, it } from 'vitest';
import { ShardRanges } from './shard-ranges.ts';

const shuffled = (numbers: readonly number[], draw: () => number): number[] =>
  numbers
    .map((number) => ({ number, at: draw() }))
    .sort((a, b) => a.at - b.at)
    .map(({ number }) => number);

describe('ranges of shards', () => {
  it.each([1, 4])('are what a set of the numbers is, in whatever order they come (step %d)', (step) => {
    const draw = chanceOf(testSeed);
    for (let round = 0; round < 50; round += 1) {
      const all = Array.from({ length: 40 }, (_, index) => 2 + step * index);
      const added = shuffled(all, draw).slice(0, Math.floor(draw() * 41));
      const ranges = new ShardRanges(step, [...added, ...added.slice(0, 3)]);
      const known = new Set(added);
      expect(ranges.size, seedNote).toBe(known.size);
      for (let shard = 0; shard < 45 * step; shard += 1) expect(ranges.has(shard), seedNote).toBe(known.has(shard));
      const named = ranges.ranges().flatMap(([first, last, by]) => {
        expect(by).toBe(step);
        return all.filter((shard) => shard >= first && shard <= last);
      });
      expect(named, seedNote).toEqual([...known].sort((a, b) => a - b));
      const missing = all.find((shard) => !known.has(shard)) ?? 2 + step * all.length;
      expect(ranges.firstMissing(2), seedNote).toBe(missing);
    }
  });

  it('are as many as there are gaps, however many shards there are', () => {
    const ranges = new ShardRanges(4);
    for (let shard = 1; shard < 400_000; shard += 4) if (shard % 40_000 !== 1) ranges.add(shard);
    expect(ranges.size).toBe(99_990);
    expect(ranges.ranges()).toHaveLength(10);
  });

  it('take names in the order of a listing, where 100000 precedes 10001', () => {
    const shards = Array.from({ length: 200_000 }, (_, shard) => shard);
    const listed = shards.map((shard) => String(shard).padStart(5, '0')).sort();
    expect(new ShardRanges(1, listed.map(Number)).ranges()).toEqual([[0, 199_999, 1]]);
  });
});
