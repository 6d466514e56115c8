import type { Manifest } from '@proofmill/contract';
import { createEntry, createManifest, stageFolder } from '@proofmill/folder';
import { emptyTotals } from '@proofmill/stats';
import { labelStage, memoryStore, planEntry } from '@proofmill/test-kit';
import { expect, it } from 'vitest';
import { PartitionShards } from './partition-shards.ts';

const run = 'job-label-1';
const stage = labelStage({ run, partitions: 4 });
const partition = 1;
const file = { path: '', bytes: 0, sha256: '', count: 0 };
const manifestOf = (shard: number): Manifest => ({
  ...{ v: 1, run, shard, entrySha256: '', epoch: 1, cut: [] },
  ...{ rows: file, failures: file, totals: emptyTotals() },
});

it('what other collectors commit is noted without a listing: the next shards, and the open ones', async () => {
  const calls: string[] = [];
  const objects = memoryStore();
  const counting = {
    ...objects,
    list: async (prefix: string) => {
      calls.push('list');
      return objects.list(prefix);
    },
    read: async (path: string, range?: { offset: number; length: number }) => {
      calls.push('read');
      return objects.read(path, range);
    },
  };
  const folder = stageFolder(counting, 'label', run);
  for (const shard of [1, 5, 21]) await createManifest(folder, manifestOf(shard));
  const shards = new PartitionShards(folder, stage, partition);
  await shards.noteCommits();
  expect(shards.committed.ranges()).toEqual([
    [1, 5, 4],
    [21, 21, 4],
  ]);

  await createEntry(folder, planEntry(1, { run, shard: 29 }));
  await shards.ledgerOf(29);
  for (const shard of [9, 10, 13, 29]) await createManifest(folder, manifestOf(shard));
  calls.length = 0;
  await shards.noteOtherCommits();
  expect(shards.committed.ranges()).toEqual([
    [1, 13, 4],
    [21, 21, 4],
    [29, 29, 4],
  ]);
  expect(shards.hasOpen).toBe(false);
  // One for the open shard, two for those that were found, one for the next.
  expect(calls).toEqual(['read', 'read', 'read', 'read']);

  await createManifest(folder, manifestOf(17));
  await shards.noteOtherCommits();
  expect(shards.committed.ranges()).toEqual([
    [1, 21, 4],
    [29, 29, 4],
  ]);
});
