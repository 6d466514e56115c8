/** The collector's adapters: an output folder, a NATS server, some partitions; stage after stage. */
import { openJournals, openStore } from '@proofmill/blob';
import { collectPartition, collectTogether, stagesToCollect } from '@proofmill/collect';
import { stagePaths } from '@proofmill/contract';
import { zstdCodec } from '@proofmill/formats';
import { connectNats, jetstreamOutcomes } from '@proofmill/jetstream';
import type { CollectorMeters } from '@proofmill/metrics';
import { type Logger, natsFilesOf, type PortDecorator, systemClock } from '@proofmill/runtime';
import { partitionsOf, type WantedPartitions } from './partitions.ts';

export interface CollectorOptions extends WantedPartitions {
  readonly out: string;
  readonly nats: string;
  /** Only this stage. Undefined: the whole pipeline, one stage after the other. */
  readonly stage?: string;
  readonly stop: AbortSignal;
  readonly log: Logger;
  readonly decorate: PortDecorator;
  /** What the collector counts for a scrape; null where none may come. */
  readonly meters: CollectorMeters | null;
}

const transportDownMs = 10 * 60_000;

/** Collects until the job is done, or until `stop` fires; see `collectPartition` for what it rejects with. */
export async function runCollector(options: CollectorOptions): Promise<'done' | 'stopped'> {
  const { out, nats, stop, log, decorate, meters } = options;
  await using connection = await connectNats({
    url: nats,
    ...natsFilesOf(process.env),
    name: 'collector',
    signal: stop,
    log: log.info,
  });
  if (meters) connection.watch(meters.onNats);
  const store = decorate('store', openStore(out));
  const clock = systemClock();
  const stages = await stagesToCollect({
    store,
    clock,
    stage: options.stage,
    stop,
    onWait: () => log.info('waiting for the coordinator to open the job', { out }),
  });
  for (const stage of stages) {
    const { name } = stage.definition;
    const partitions = partitionsOf(stage.partitions, options);
    if (partitions.length === 0) log.info('this share is empty: there are more shares than partitions');
    meters?.onPartitions(partitions.length);
    const journals = decorate('journals', openJournals(out, stagePaths(name).journal));
    const ends = await collectTogether(partitions, (partition, failed) =>
      collectPartition({
        stage,
        partition,
        store,
        journals,
        outcomes: decorate('outcomes', jetstreamOutcomes(connection, { run: stage.run })),
        codec: zstdCodec(),
        clock,
        stop: AbortSignal.any([stop, failed]),
        transportDownMs,
        onCommit: (manifest, tookMs) => {
          meters?.onCommit(manifest, tookMs);
          const { shard, totals } = manifest;
          log.info('committed', { stage: name, shard, records: totals.records });
        },
        ...(meters ? { onIngest: meters.partition() } : {}),
        onRefusal: (reason) => log.warn(`an outcome was set aside, because it ${reason}`, { partition }),
      }),
    );
    for (const { ended, counts } of ends) log.info(`partition ${ended}`, { ...counts });
    if (stop.aborted) return 'stopped';
  }
  return stop.aborted ? 'stopped' : 'done';
}
