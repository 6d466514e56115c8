import { expect, it } from 'vitest';
import { Lengths } from './lengths.ts';

it('lengths are counted by powers of two, with empty bins between the shortest and the longest', () => {
  const lengths = new Lengths();
  for (const length of [4, 5, 7, 8, 40]) lengths.add(length);
  expect(lengths.bins()).toEqual([
    { from: 4, below: 8, count: 3 },
    { from: 8, below: 16, count: 1 },
    { from: 16, below: 32, count: 0 },
    { from: 32, below: 64, count: 1 },
  ]);
  expect([lengths.longest, lengths.total]).toEqual([40, 5]);
});

it('nothing has no bins, and an empty text is in the first one', () => {
  const lengths = new Lengths();
  expect(lengths.bins()).toEqual([]);
  lengths.add(0);
  lengths.add(1);
  expect(lengths.bins()).toEqual([{ from: 0, below: 2, count: 2 }]);
});
