/** Asks about failed records again: runs a generation beside the first run, and finishes the output. */
import { generationStore, readStoredJob, retriedRecords, versionsOf } from '@proofmill/folder';
import { type Coordinated, type CoordinateOptions, coordinateStages } from './coordinate.ts';
import { finishWithinLimits } from './finish.ts';
import type { OpenGeneration } from './open-generation.ts';
import { failedRecords } from './planned-records.ts';

/** `store` is the output folder, journals and dispatch are those of the generation. */
export interface RetryOptions extends Omit<CoordinateOptions, 'profiles' | 'corpus'> {
  readonly opened: OpenGeneration;
}

/**
 * Runs an open generation to its end, to a limit of the job, or until `stop` fires; see `coordinate` for what it rejects with.
 * An output that is not complete yet, because a limit was broken, is completed once it is within the limits.
 */
export async function retry(options: RetryOptions): Promise<Coordinated> {
  const { job, store, codec, opened } = options;
  const { generation, inputs } = opened;
  const { stages } = await readStoredJob(store);
  const versions = await versionsOf({ job: job.metadata.name, store, stages });
  const ended = await coordinateStages(
    {
      ...options,
      // What has failed of the whole output is known at the end only.
      job: { ...job, spec: { ...job.spec, limits: { ...job.spec.limits, maxFailedShare: 1 } } },
      store: generationStore(store, generation.number),
    },
    {
      inputs,
      stages: generation.stages,
      totalsBefore: versions.slice(-1).map(({ output }) => output.totals),
      firstRecords: (first) => failedRecords(retriedRecords({ store, codec, stage: first.name, generation }), first),
    },
  );
  if (ended.ended !== 'done') return ended;
  const finished = await finishWithinLimits({ job, store, stages });
  await ended.dismiss();
  return finished;
}
