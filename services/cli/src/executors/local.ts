/** The local executor: all roles in one process, with the in-memory transport. Killing it is the loss of a transport. */
import { openStore } from '@proofmill/blob';
import {
  type Coordinated,
  type CoordinateOptions,
  coordinate,
  type OpenGeneration,
  runGeneration,
} from '@proofmill/coordinate';
import { openCorpus, profilesOf, signingOf } from '@proofmill/coordinator';
import { zstdCodec } from '@proofmill/formats';
import { systemClock } from '@proofmill/runtime';
import { inGeneration } from './in-generation.ts';
import { type LocalOptions, localFleet } from './local-fleet.ts';

const pollMs = 25;
/** Each look at an object store costs several paid requests. */
const pollObjectsMs = 250;
/** Each look syncs the journals. */
const watchMs = 400;
const watchObjectsMs = 2000;

/** Runs a job; see `coordinate` for how it ends and what it rejects with. */
export async function runLocal(options: LocalOptions): Promise<Coordinated> {
  const { job, baseDir, corpusDir = baseDir } = options.jobFile;
  const profiles = await profilesOf(job, baseDir);
  const store = openStore(job.spec.output.uri);
  return inProcess(options, (ports) =>
    coordinate({ ...ports, job, profiles, corpus: openCorpus(corpusDir, job.spec.corpus), store }),
  );
}

/** Runs a generation of a job's output; see `runGeneration` for how it ends and what it rejects with. */
export async function runGenerationLocal(options: LocalOptions, opened: OpenGeneration): Promise<Coordinated> {
  const { job, baseDir } = options.jobFile;
  const store = openStore(job.spec.output.uri);
  const corpus = openCorpus(baseDir, job.spec.corpus);
  return inProcess({ ...options, jobFile: inGeneration(options.jobFile, opened) }, (ports) =>
    runGeneration({ ...ports, job, store, corpus, opened }),
  );
}

/** What a coordinator works with, beside its job and its folder. */
type Ports = Omit<CoordinateOptions, 'job' | 'profiles' | 'corpus' | 'store'>;

/** Coordinates with all roles in this process, around the folder of the job file. */
async function inProcess(options: LocalOptions, run: (ports: Ports) => Promise<Coordinated>): Promise<Coordinated> {
  const { jobFile, stop, progress } = options;
  const root = jobFile.job.spec.output.uri;
  const clock = systemClock();
  const fleet = localFleet(options, clock);
  try {
    const coordinated = await run({
      journalsOf: fleet.journalsOf,
      dispatchOf: fleet.dispatchOf,
      signing: signingOf(process.env),
      codec: zstdCodec(),
      clock,
      stop: AbortSignal.any([stop, fleet.failed]),
      times: {
        pollMs: root.startsWith('s3://') ? pollObjectsMs : pollMs,
        transportDownMs: Number.POSITIVE_INFINITY,
        lingerMs: 0,
        watchMs: root.startsWith('s3://') ? watchObjectsMs : watchMs,
      },
      events: {
        ...progress,
        onStage(stage) {
          progress.onStage?.(stage);
          fleet.begin(stage);
        },
      },
    });
    await fleet.end(coordinated.ended);
    return coordinated;
  } catch (error) {
    return await fleet.fail(error);
  }
}
