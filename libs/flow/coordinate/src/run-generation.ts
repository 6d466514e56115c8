/** Runs a generation beside the first run, and finishes the output: failed records again, or more records of the corpus. */
import { generationStore, readStoredJob, retriedRecords, versionsOf } from '@proofmill/folder';
import { type Coordinated, type CoordinateOptions, coordinateStages, type StagesRun } from './coordinate.ts';
import { finishWithinLimits } from './finish.ts';
import { withoutFailedShare } from './limits.ts';
import type { OpenGeneration } from './open-generation.ts';
import { corpusRecords, failedRecords } from './planned-records.ts';

/** `store` is the output folder, journals and dispatch are those of the generation. */
export interface GenerationOptions extends Omit<CoordinateOptions, 'profiles'> {
  readonly opened: OpenGeneration;
}

/**
 * Runs an open generation to its end, to a limit of the job, or until `stop` fires; see `coordinate` for what it rejects with. An
 * output that is not complete yet, because a limit was broken, is completed once it is within the limits.
 */
export function runGeneration(options: GenerationOptions): Promise<Coordinated> {
  const { job, store, codec, corpus, opened } = options;
  const { generation, inputs } = opened;
  if (generation.kind === 'retry') {
    return runRecords(options, {
      firstRecords: (first) => failedRecords(retriedRecords({ store, codec, stage: first.name, generation }), first),
    });
  }
  const { from, to, firstShard } = generation;
  const { limit: _limit, ...unlimited } = job.spec.corpus;
  const spec = to === null ? unlimited : { ...unlimited, limit: to };
  return runRecords(options, {
    firstShard,
    firstRecords: (first) => corpusRecords(corpus, inputs, spec, first, from),
  });
}

async function runRecords(
  options: GenerationOptions,
  records: Pick<StagesRun, 'firstRecords' | 'firstShard'>,
): Promise<Coordinated> {
  const { job, store, codec, opened } = options;
  const { generation, inputs } = opened;
  const { stages } = await readStoredJob(store);
  const versions = await versionsOf({ job: job.metadata.name, store, codec, stages });
  const before = (versions.at(-1) ?? versions[0]).output.runs.map(({ totals }) => totals);
  const ended = await coordinateStages(
    {
      ...options,
      // What has failed of the whole output is known at the end only.
      job: withoutFailedShare(job),
      output: store,
      store: generationStore(store, generation.number),
    },
    { ...records, inputs, stages: generation.stages, spentBefore: before, mustMake: false },
  );
  if (ended.ended === 'limit') return { ...ended, isAllAsked: false };
  if (ended.ended !== 'done') return ended;
  return await finishWithinLimits({ ...options, stages, dismiss: ended.dismiss });
}
