/** The local executor: all roles in one process, with the in-memory transport. Killing it is the loss of a transport. */
import { openStore } from '@proofmill/blob';
import type { ExtensionGeneration, RetryGeneration } from '@proofmill/contract';
import {
  type Coordinated,
  type CoordinateOptions,
  coordinate,
  extend,
  type OpenGeneration,
  retry,
} from '@proofmill/coordinate';
import { openCorpus, profilesOf } from '@proofmill/coordinator';
import { zstdCodec } from '@proofmill/formats';
import { systemClock } from '@proofmill/runtime';
import { folderOfRun } from '../output.ts';
import { type LocalOptions, localFleet } from './local-fleet.ts';

const pollMs = 25;
/** Each look at an object store costs several paid requests. */
const pollObjectsMs = 250;

/** Runs a job; see `coordinate` for how it ends and what it rejects with. */
export async function runLocal(options: LocalOptions): Promise<Coordinated> {
  const { job, baseDir } = options.jobFile;
  const profiles = await profilesOf(job, baseDir);
  const store = openStore(job.spec.output.uri);
  return inProcess(options, (ports) => coordinate({ ...ports, job, profiles, corpus: openCorpus(baseDir), store }));
}

/** Runs a generation of a job's output; see `retry` for how it ends and what it rejects with. */
export async function retryLocal(options: LocalOptions, opened: OpenGeneration<RetryGeneration>): Promise<Coordinated> {
  const { job } = options.jobFile;
  const store = openStore(job.spec.output.uri);
  return inProcess(inGeneration(options, opened), (ports) => retry({ ...ports, job, store, opened }));
}

/** Runs an extension of a job's output; see `extend` for how it ends and what it rejects with. */
export async function extendLocal(
  options: LocalOptions,
  opened: OpenGeneration<ExtensionGeneration>,
): Promise<Coordinated> {
  const { job, baseDir } = options.jobFile;
  const store = openStore(job.spec.output.uri);
  const corpus = openCorpus(baseDir);
  return inProcess(inGeneration(options, opened), (ports) => extend({ ...ports, job, store, corpus, opened }));
}

/** The roles of a generation have its folder for an output folder. */
function inGeneration(options: LocalOptions, { generation }: OpenGeneration): LocalOptions {
  const { job } = options.jobFile;
  const output = { ...job.spec.output, uri: folderOfRun(job.spec.output.uri, generation.number) };
  return { ...options, jobFile: { ...options.jobFile, job: { ...job, spec: { ...job.spec, output } } } };
}

/** What a coordinator works with, beside its job and its folder. */
type Ports = Omit<CoordinateOptions, 'job' | 'profiles' | 'corpus' | 'store'>;

/** Coordinates with all roles in this process, around the folder of the job file. */
async function inProcess(options: LocalOptions, run: (ports: Ports) => Promise<Coordinated>): Promise<Coordinated> {
  const { jobFile, stop, events } = options;
  const root = jobFile.job.spec.output.uri;
  const clock = systemClock();
  const fleet = localFleet(options, clock);
  try {
    const coordinated = await run({
      journalsOf: fleet.journalsOf,
      dispatchOf: fleet.dispatchOf,
      codec: zstdCodec(),
      clock,
      stop: AbortSignal.any([stop, fleet.failed]),
      times: {
        pollMs: root.startsWith('s3://') ? pollObjectsMs : pollMs,
        transportDownMs: Number.POSITIVE_INFINITY,
        lingerMs: 0,
      },
      events: {
        ...events,
        onStage(stage) {
          events.onStage?.(stage);
          fleet.begin(stage);
        },
      },
    });
    await fleet.end();
    return coordinated;
  } catch (error) {
    return await fleet.fail(error);
  }
}
