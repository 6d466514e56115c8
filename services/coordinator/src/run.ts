/** The coordinator's adapters: a job file with its profiles, an output folder, a NATS server. */
import { openJournals, openStore } from '@proofmill/blob';
import { stagePaths } from '@proofmill/contract';
import { type Coordinated, type CoordinatorEvents, coordinate } from '@proofmill/coordinate';
import { zstdCodec } from '@proofmill/formats';
import { connectNats, jetstreamDispatch } from '@proofmill/jetstream';
import type { JobFile } from '@proofmill/job-files';
import { type Logger, type PortDecorator, systemClock, undecorated } from '@proofmill/runtime';
import { openCorpus } from './corpus.ts';
import { profilesOf } from './profiles.ts';

export interface CoordinatorOptions {
  readonly jobFile: JobFile;
  readonly nats: string;
  readonly stop: AbortSignal;
  readonly log: Logger;
  readonly events: CoordinatorEvents;
  readonly decorate?: PortDecorator;
}

/** Runs a job over NATS; see `coordinate` for how it ends and what it rejects with. */
export async function runCoordinator(options: CoordinatorOptions): Promise<Coordinated> {
  const { jobFile, nats, stop, log, events, decorate = undecorated } = options;
  const { job, baseDir } = jobFile;
  const profiles = await profilesOf(job, baseDir);
  await using connection = await connectNats({ url: nats, name: 'coordinator', signal: stop, log: log.info });
  const root = job.spec.output.uri;
  return await coordinate({
    job,
    profiles,
    corpus: openCorpus(baseDir),
    store: decorate('store', openStore(root)),
    journalsOf: ({ definition }) => decorate('journals', openJournals(root, stagePaths(definition.name).journal)),
    dispatchOf: ({ run, partitions }) => decorate('dispatch', jetstreamDispatch(connection, { run, partitions })),
    codec: zstdCodec(),
    clock: systemClock(),
    stop,
    events,
  });
}
