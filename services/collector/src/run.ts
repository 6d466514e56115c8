/** The collector as a process: an output folder, a NATS server, some partitions; stage after stage. */

import { openJournals, openStore } from '@proofmill/blob';
import { collectPartition } from '@proofmill/collect';
import { ConfigurationError, type StageFile, stagePaths } from '@proofmill/contract';
import { readStoredJob } from '@proofmill/folder';
import { zstdCodec } from '@proofmill/formats';
import { connectNats, jetstreamOutcomes } from '@proofmill/jetstream';
import { crashPoint, type Logger, systemClock } from '@proofmill/runtime';
import { partitionsOf, type Wanted } from './partitions.ts';

export interface CollectorOptions extends Wanted {
  readonly out: string;
  readonly nats: string;
  /** Only this stage. Undefined: the whole pipeline, one stage after the other. */
  readonly stage?: string;
  readonly stop: AbortSignal;
  readonly log: Logger;
}

const JOB_WAIT_MS = 200;
const TRANSPORT_DOWN_MS = 10 * 60_000;

/** Collects until the job is done, or until `stop` fires; see `collectPartition` for what it rejects with. */
export async function runCollector(options: CollectorOptions): Promise<'done' | 'stopped'> {
  const { out, nats, stop, log } = options;
  await using connection = await connectNats({ url: nats, name: 'collector', signal: stop, log: log.info });
  const store = crashPoint('store', openStore(out));
  const clock = systemClock();
  for (const stage of await stagesOf()) {
    const partitions = partitionsOf(stage.partitions, options);
    if (partitions.length === 0) log.info('there are fewer partitions than shares, and none is for this one');
    const journals = crashPoint('journals', openJournals(out, stagePaths(stage.definition.name).journal));
    const failed = new AbortController();
    const ends = await Promise.allSettled(
      partitions.map(async (partition) => {
        try {
          return await collectPartition({
            stage,
            partition,
            store,
            journals,
            outcomes: crashPoint('outcomes', jetstreamOutcomes(connection, { run: stage.run })),
            codec: zstdCodec(),
            clock,
            stop: AbortSignal.any([stop, failed.signal]),
            transportDownMs: TRANSPORT_DOWN_MS,
            onCommit: ({ shard, totals }) =>
              log.info('committed', { stage: stage.definition.name, shard, records: totals.records }),
            onRefusal: (reason) => log.warn(`an outcome was set aside: ${reason}`, { partition }),
          });
        } catch (error) {
          failed.abort(error);
          throw error;
        }
      }),
    );
    const lost = ends.find((end) => end.status === 'rejected');
    if (lost) throw lost.reason;
    for (const end of ends)
      if (end.status === 'fulfilled') log.info(`partition ${end.value.ended}`, { ...end.value.counts });
    if (stop.aborted) return 'stopped';
  }
  return stop.aborted ? 'stopped' : 'done';

  /** The stages to collect, once the coordinator has opened the job. */
  async function stagesOf(): Promise<readonly StageFile[]> {
    for (let told = false; !stop.aborted; told = true) {
      const job = await readStoredJob(store).catch((error: unknown) => {
        if (error instanceof ConfigurationError) return null;
        throw error;
      });
      if (job && job.stages.length === job.pipeline.length) {
        const wanted = job.stages.filter(
          ({ definition }) => options.stage === undefined || definition.name === options.stage,
        );
        if (wanted.length > 0) return wanted;
        throw new ConfigurationError(`the job has no stage ${options.stage}; it has ${job.pipeline.join(', ')}`);
      }
      if (!told) log.info('waiting for the coordinator to open the job', { out });
      await clock.sleep(JOB_WAIT_MS, stop);
    }
    return [];
  }
}
