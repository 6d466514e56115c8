/** The coordinator's adapters: a job file with its profiles, an output folder, a NATS server. */
import { openJournals, openStore } from '@proofmill/blob';
import { generationFolder, type Job, type StageFile, stagePaths } from '@proofmill/contract';
import {
  type Coordinated,
  type CoordinatorEvents,
  coordinate,
  type GenerationOptions,
  type OpenGeneration,
  runGeneration,
} from '@proofmill/coordinate';
import { zstdCodec } from '@proofmill/formats';
import { type Connection, connectNats, jetstreamDispatch } from '@proofmill/jetstream';
import type { JobFile } from '@proofmill/job-files';
import { type Logger, natsFilesOf, type PortDecorator, systemClock, undecorated } from '@proofmill/runtime';
import { openCorpus } from './corpus.ts';
import { profilesOf } from './profiles.ts';
import { signingOf } from './signing.ts';

export interface CoordinatorOptions {
  readonly jobFile: JobFile;
  /** The job with the limits and the fleets that it has now. Default: as it is in the file. */
  readonly jobNow?: () => Job;
  readonly nats: string;
  /** Copies of each stream. Default: 1. */
  readonly natsReplicas?: number;
  readonly stop: AbortSignal;
  readonly log: Logger;
  readonly events: CoordinatorEvents;
  readonly decorate?: PortDecorator;
  /** Called with true when NATS is connected, and as the connection is lost and restored. */
  readonly onNats?: (connected: boolean) => void;
}

/** Runs a job over NATS; see `coordinate` for how it ends and what it rejects with. */
export async function runCoordinator(options: CoordinatorOptions): Promise<Coordinated> {
  const { jobFile, jobNow, decorate = undecorated } = options;
  const { job, baseDir } = jobFile;
  const profiles = await profilesOf(job, baseDir);
  await using connection = await connect(options);
  const root = job.spec.output.uri;
  const store = decorate('store', openStore(root));
  return await coordinate({
    ...ports(options, connection, root),
    job,
    ...(jobNow ? { jobNow } : {}),
    profiles,
    corpus: openCorpus(baseDir, job.spec.corpus),
    store,
  });
}

/** Runs a generation of the job's output over NATS; see `runGeneration` for how it ends and what it rejects with. */
export async function coordinateGeneration(options: CoordinatorOptions, opened: OpenGeneration): Promise<Coordinated> {
  const { job, baseDir } = options.jobFile;
  const { uri } = job.spec.output;
  await using connection = await connect(options);
  const root = `${uri}/${generationFolder(opened.generation.number)}`;
  const store = openStore(uri);
  return await runGeneration({
    ...ports(options, connection, root),
    job,
    corpus: openCorpus(baseDir, job.spec.corpus),
    store,
    opened,
  });
}

async function connect({ nats, stop, log, onNats }: CoordinatorOptions): Promise<Connection> {
  const connection = await connectNats({
    url: nats,
    ...natsFilesOf(process.env),
    name: 'coordinator',
    signal: stop,
    log: log.info,
  });
  onNats?.(true);
  if (onNats) connection.watch(onNats);
  return connection;
}

/** `root` is the folder of the run: the output, or a generation of it. */
const ports = (
  { stop, events, natsReplicas: replicas = 1, decorate = undecorated }: CoordinatorOptions,
  connection: Connection,
  root: string,
): Omit<GenerationOptions, 'job' | 'corpus' | 'store' | 'opened'> => ({
  journalsOf: ({ definition }: StageFile) =>
    decorate('journals', openJournals(root, stagePaths(definition.name).journal)),
  dispatchOf: ({ run, partitions }: StageFile) =>
    decorate('dispatch', jetstreamDispatch(connection, { run, partitions, replicas })),
  signing: signingOf(process.env),
  codec: zstdCodec(),
  clock: systemClock(),
  stop,
  events,
});
