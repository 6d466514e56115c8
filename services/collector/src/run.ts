/** The collector's adapters: an output folder, a NATS server, some partitions; stage after stage. */
import { openJournals, openStore } from '@proofmill/blob';
import { collectPartition } from '@proofmill/collect';
import { type Clock, ConfigurationError, type StageFile, type Store, stagePaths } from '@proofmill/contract';
import { readStoredJob } from '@proofmill/folder';
import { zstdCodec } from '@proofmill/formats';
import { connectNats, jetstreamOutcomes } from '@proofmill/jetstream';
import { type Logger, type PortDecorator, systemClock } from '@proofmill/runtime';
import { partitionsOf, type WantedPartitions } from './partitions.ts';

export interface CollectorOptions extends WantedPartitions {
  readonly out: string;
  readonly nats: string;
  /** Only this stage. Undefined: the whole pipeline, one stage after the other. */
  readonly stage?: string;
  readonly stop: AbortSignal;
  readonly log: Logger;
  readonly decorate: PortDecorator;
}

const jobWaitMs = 200;
const transportDownMs = 10 * 60_000;

/** Collects until the job is done, or until `stop` fires; see `collectPartition` for what it rejects with. */
export async function runCollector(options: CollectorOptions): Promise<'done' | 'stopped'> {
  const { out, nats, stop, log, decorate } = options;
  await using connection = await connectNats({ url: nats, name: 'collector', signal: stop, log: log.info });
  const store = decorate('store', openStore(out));
  const clock = systemClock();
  for (const stage of await stagesToCollect(store, clock, options)) {
    const { name } = stage.definition;
    const partitions = partitionsOf(stage.partitions, options);
    if (partitions.length === 0) log.info('this share is empty: there are more shares than partitions');
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
        onCommit: ({ shard, totals }) => log.info('committed', { stage: name, shard, records: totals.records }),
        onRefusal: (reason) => log.warn(`an outcome was set aside: ${reason}`, { partition }),
      }),
    );
    for (const { ended, counts } of ends) log.info(`partition ${ended}`, { ...counts });
    if (stop.aborted) return 'stopped';
  }
  return stop.aborted ? 'stopped' : 'done';
}

/** Collects all partitions at once. The first failure stops the rest and is thrown when they have ended. */
async function collectTogether<End>(
  partitions: readonly number[],
  collect: (partition: number, failed: AbortSignal) => Promise<End>,
): Promise<End[]> {
  const failed = new AbortController();
  const ends = await Promise.allSettled(
    partitions.map((partition) =>
      collect(partition, failed.signal).catch((error: unknown) => {
        failed.abort(error);
        throw error;
      }),
    ),
  );
  return ends.map((end) => {
    if (end.status === 'rejected') throw end.reason;
    return end.value;
  });
}

/** The stages of the job, or the one that is wanted. Waits for the coordinator to open the job; no stages once `stop` fires. */
async function stagesToCollect(
  store: Store,
  clock: Clock,
  { out, stage: wanted, stop, log }: CollectorOptions,
): Promise<readonly StageFile[]> {
  for (let looks = 0; !stop.aborted; looks += 1) {
    const job = await readStoredJob(store).catch((error: unknown) => {
      if (error instanceof ConfigurationError) return null;
      throw error;
    });
    if (job && job.stages.length === job.pipeline.length) {
      const stages = job.stages.filter(({ definition }) => wanted === undefined || definition.name === wanted);
      if (stages.length > 0) return stages;
      throw new ConfigurationError(`the job has no stage ${wanted}; it has ${job.pipeline.join(', ')}`);
    }
    if (looks === 0) log.info('waiting for the coordinator to open the job', { out });
    await clock.sleep(jobWaitMs, stop);
  }
  return [];
}
