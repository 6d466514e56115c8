/** The local executor: all roles in one process, with the in-memory transport. Killing it is the loss of a transport. */
import { openStore } from '@proofmill/blob';
import { type Coordinated, coordinate } from '@proofmill/coordinate';
import { openCorpus, profilesOf } from '@proofmill/coordinator';
import { zstdCodec } from '@proofmill/formats';
import { systemClock } from '@proofmill/runtime';
import { type LocalOptions, localFleet } from './local-fleet.ts';

const pollMs = 25;
/** Each look at an object store costs several paid requests. */
const pollObjectsMs = 250;
/** Each look syncs the journals. */
const watchMs = 400;
const watchObjectsMs = 2000;

/** Runs a job; see `coordinate` for how it ends and what it rejects with. */
export async function runLocal(options: LocalOptions): Promise<Coordinated> {
  const { jobFile, stop, progress } = options;
  const { job, baseDir } = jobFile;
  const root = job.spec.output.uri;
  const clock = systemClock();
  const fleet = localFleet(options, clock);
  try {
    const coordinated = await coordinate({
      job,
      profiles: await profilesOf(job, baseDir),
      corpus: openCorpus(baseDir),
      store: openStore(root),
      journalsOf: fleet.journalsOf,
      dispatchOf: fleet.dispatchOf,
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
