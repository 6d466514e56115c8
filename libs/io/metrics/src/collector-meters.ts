/** What a collector counts: around its ports, and from what it is told. */
import type { Journals, JournalWriter, Manifest, OutcomeSource } from '@proofmill/contract';
import { natsLink } from './nats-link.ts';
import { type PortMeters, portMeters } from './port-meters.ts';
import type { RoleMetrics } from './role-metrics.ts';
import type { Status } from './status.ts';

/** What became of the outcomes of a partition, so far. */
type Fates = Readonly<Record<(typeof fates)[number], number>>;

const fates = ['accepted', 'duplicate', 'late', 'quarantined'] as const;
const nothingYet: Fates = { accepted: 0, duplicate: 0, late: 0, quarantined: 0 };

export interface CollectorMeters {
  readonly decorate: PortMeters;
  onNats(connected: boolean): void;
  /** How many partitions are collected now. */
  onPartitions(partitions: number): void;
  /** Gives what to call with the counts of a partition of a stage, as they grow. */
  partition(): (counts: Fates) => void;
  onCommit(manifest: Manifest, tookMs: number): void;
}

export function collectorMeters({ metrics, checks }: Status): CollectorMeters {
  return {
    decorate: portMeters(() => checks.turn('the collector'), {
      journals: (port: Journals) => countedJournals(port, metrics),
      outcomes: (port: OutcomeSource) => countedSource(port, metrics),
    }),
    onNats: natsLink({ metrics, checks }),
    onPartitions: (partitions) => metrics.set('proofmill_collector_partitions', partitions),
    partition() {
      let before = nothingYet;
      return (counts) => {
        for (const fate of fates) {
          metrics.add('proofmill_collector_outcomes_total', { fate }, counts[fate] - before[fate]);
        }
        before = { ...counts };
      };
    },
    onCommit({ rows, failures }, tookMs) {
      metrics.observe('proofmill_collector_commit_duration_seconds', tookMs / 1000);
      metrics.add('proofmill_collector_committed_bytes_total', {}, rows.bytes + failures.bytes);
    },
  };
}

const countedSource = (source: OutcomeSource, metrics: RoleMetrics): OutcomeSource => ({
  async pull(partition, maxMessages, signal) {
    const deliveries = await source.pull(partition, maxMessages, signal);
    metrics.add('proofmill_collector_batches_total', {}, deliveries.length);
    const bytes = deliveries.reduce((sum, { batch }) => sum + batch.length, 0);
    metrics.add('proofmill_collector_received_bytes_total', {}, bytes);
    return deliveries;
  },
});

const countedJournals = (journals: Journals, metrics: RoleMetrics): Journals => ({
  create: async (partition) => countedWriter(await journals.create(partition), metrics),
  epochs: (partition, after) => journals.epochs(partition, after),
  read: (partition, epoch, offset, length) => journals.read(partition, epoch, offset, length),
  end: (partition, epoch) => journals.end(partition, epoch),
  lengthOfEnded: (partition, epoch) => journals.lengthOfEnded(partition, epoch),
});

const countedWriter = (writer: JournalWriter, metrics: RoleMetrics): JournalWriter => ({
  epoch: writer.epoch,
  async append(bytes) {
    const position = await writer.append(bytes);
    metrics.add('proofmill_collector_journal_bytes_total', {}, bytes.length);
    return position;
  },
  async sync() {
    const beganMs = performance.now();
    await writer.sync();
    metrics.observe('proofmill_collector_journal_sync_duration_seconds', (performance.now() - beganMs) / 1000);
  },
  close: () => writer.close(),
});
