/** The coordinator as a process: a job file, an output folder, a NATS server. */
import { openJournals, openStore } from '@proofmill/blob';
import { exitCodes, stagePaths } from '@proofmill/contract';
import { type Coordinated, type CoordinatorEvents, coordinate } from '@proofmill/coordinate';
import { zstdCodec } from '@proofmill/formats';
import { connectNats, jetstreamDispatch } from '@proofmill/jetstream';
import { crashPoint, type Logger, systemClock } from '@proofmill/runtime';
import { openCorpus } from './corpus.ts';
import type { JobFile } from './job-file.ts';
import { profilesOf } from './profiles.ts';

export interface CoordinatorOptions {
  readonly jobFile: JobFile;
  readonly nats: string;
  readonly stop: AbortSignal;
  readonly log: Logger;
  readonly events?: CoordinatorEvents;
}

/** Runs a job over NATS; see `coordinate` for how it ends and what it rejects with. */
export async function runCoordinator({ jobFile, nats, stop, log, events }: CoordinatorOptions): Promise<Coordinated> {
  const { job, baseDir } = jobFile;
  const profiles = await profilesOf(job, baseDir);
  await using connection = await connectNats({ url: nats, name: 'coordinator', signal: stop, log: log.info });
  const root = job.spec.output.uri;
  return await coordinate({
    job,
    profiles,
    corpus: openCorpus(baseDir),
    store: crashPoint('store', openStore(root)),
    journalsOf: ({ definition }) => crashPoint('journals', openJournals(root, stagePaths(definition.name).journal)),
    dispatchOf: ({ run, partitions }) => crashPoint('dispatch', jetstreamDispatch(connection, { run, partitions })),
    codec: zstdCodec(),
    clock: systemClock(),
    stop,
    ...(events ? { events } : {}),
  });
}

/** The exit code of a job that ended. */
export function exitCodeOfRun(ended: Coordinated['ended'], askedToStop: number | null): number {
  if (ended === 'done') return exitCodes.done;
  if (ended === 'limit') return exitCodes.limitBroken;
  return askedToStop ?? exitCodes.drained;
}
