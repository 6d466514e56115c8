import { ConfigurationError } from '@proofmill/contract';
import { expect, test } from 'vitest';
import { partitionsOf } from './partitions.ts';

test('every partition is in one share, whatever their numbers are', () => {
  for (const [count, of] of [
    [1, 1],
    [8, 3],
    [4, 4],
    [2, 5],
  ] as const) {
    const shares = Array.from({ length: of }, (_, index) => partitionsOf(count, { share: { index, of } }));
    expect(shares.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, partition) => partition));
  }
  expect(partitionsOf(8, { share: { index: 1, of: 3 } })).toEqual([1, 4, 7]);
});

test('named partitions are taken as they are; all of them if none is named; a partition that does not exist is refused', () => {
  expect(partitionsOf(4, { partitions: [2, 0] })).toEqual([2, 0]);
  expect(partitionsOf(3, {})).toEqual([0, 1, 2]);
  expect(() => partitionsOf(3, { partitions: [1, 3] })).toThrow(ConfigurationError);
});
