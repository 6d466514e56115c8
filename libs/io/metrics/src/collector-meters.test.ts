import type { Journals, Manifest, OutcomeSource, Store } from '@proofmill/contract';
import { expect, test } from 'vitest';
import { collectorMeters } from './collector-meters.ts';
import { seriesOf, statusOf } from './exposition.fixture.ts';

const never = new AbortController().signal;

test('batches, their bytes and the fates of outcomes are counted over all partitions', async () => {
  const status = statusOf('collector');
  const meters = collectorMeters(status);
  const batches = [new Uint8Array(3), new Uint8Array(4)].map((batch) => ({
    batch,
    acknowledge: async () => undefined,
  }));
  const outcomes = meters.decorate<OutcomeSource>('outcomes', { pull: async () => batches });
  expect(await outcomes.pull(0, 16, never)).toEqual(batches);
  const [one, other] = [meters.partition(), meters.partition()];
  one({ accepted: 5, duplicate: 1, late: 0, quarantined: 0 });
  one({ accepted: 7, duplicate: 1, late: 0, quarantined: 2 });
  other({ accepted: 1, duplicate: 0, late: 3, quarantined: 0 });
  meters.onPartitions(2);
  expect(await seriesOf(status)).toMatchObject({
    proofmill_collector_batches_total: 2,
    proofmill_collector_received_bytes_total: 7,
    proofmill_collector_partitions: 2,
    'proofmill_collector_outcomes_total{fate="accepted"}': 8,
    'proofmill_collector_outcomes_total{fate="duplicate"}': 1,
    'proofmill_collector_outcomes_total{fate="late"}': 3,
    'proofmill_collector_outcomes_total{fate="quarantined"}': 2,
  });
});

test('the bytes and the syncs of journals are counted, and journals do what they did', async () => {
  const status = statusOf('collector');
  const appended: number[] = [];
  const journals = {
    create: async () => ({
      epoch: 3,
      append: async (bytes: Uint8Array) => appended.push(bytes.length),
      sync: async () => undefined,
      close: async () => undefined,
    }),
    epochs: async () => [3],
    lengthOfEnded: async () => 12,
  } as unknown as Journals;
  const counted = collectorMeters(status).decorate('journals', journals);
  const writer = await counted.create(0);
  expect(writer.epoch).toBe(3);
  expect(await writer.append(new Uint8Array(12))).toBe(1);
  await writer.sync();
  expect(await counted.epochs(0)).toEqual([3]);
  expect(await counted.lengthOfEnded(0, 3)).toBe(12);
  expect(await seriesOf(status)).toMatchObject({
    proofmill_collector_journal_bytes_total: 12,
    proofmill_collector_journal_sync_duration_seconds_count: 1,
  });
});

test('commits are timed, and their bytes counted', async () => {
  const status = statusOf('collector');
  const manifest = { rows: { bytes: 100 }, failures: { bytes: 1 } } as Manifest;
  collectorMeters(status).onCommit(manifest, 1500);
  expect(await seriesOf(status)).toMatchObject({
    proofmill_collector_commit_duration_seconds_sum: 1.5,
    proofmill_collector_commit_duration_seconds_count: 1,
    proofmill_collector_committed_bytes_total: 101,
  });
});

test('a store that is asked is a sign of life', async () => {
  const status = statusOf('collector');
  const store = collectorMeters(status).decorate('store', { read: async () => null } as unknown as Store);
  await store.read('path');
  status.clock.ms = 2000;
  expect(status.checks.dead()).toEqual(['the collector has asked nothing for 2 s']);
  await store.read('path');
  expect(status.checks.dead()).toEqual([]);
});
