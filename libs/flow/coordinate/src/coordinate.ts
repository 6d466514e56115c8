/** The coordinator: plans and drives one stage after the other, then finishes the job and dismisses its fleet. */
import type {
  Clock,
  Codec,
  Corpus,
  Dispatch,
  Job,
  Journals,
  Manifest,
  OutputManifest,
  PlanEnd,
  StageFile,
  Store,
  Totals,
} from '@proofmill/contract';
import { isCommitted, isComplete, readGenerations } from '@proofmill/folder';
import type { StageProfiles } from '@proofmill/plan';
import { type CoordinateStageOptions, coordinateStage } from './coordinate-stage.ts';
import { announceDone, removeStreams, type StageFleet } from './dismissal.ts';
import { finishWithinLimits } from './finish.ts';
import { withoutFailedShare, withoutLimits } from './limits.ts';
import { openJob } from './open-job.ts';
import type { Window } from './open-shards.ts';
import { corpusRecords } from './planned-records.ts';
import { plantedRecords } from './planted-records.ts';
import { nothingMade } from './require-made.ts';
import { type Signing, signerOf, unsignedNotice } from './sign-ends.ts';

/** What a coordinator reports while it runs. */
export interface CoordinatorEvents {
  onNotice?(notice: string): void;
  onStage?(stage: StageFile): void;
  onPlanned?(stage: StageFile, end: PlanEnd): void;
  /**
   * Records of the stage that have an outcome, as far as is known. `given` of them needed no engine in this run: an earlier run
   * finished them, or planning decided them.
   */
  onProgress?(stage: StageFile, records: number, given: number): void;
  /** Idle workers were offered so many items that others still have open: at most so many are asked about twice for it. */
  onOffer?(stage: StageFile, items: number): void;
  /** Near the end: workers have nothing to take, or, with `false`, a task finds none of them any more. See spare-workers.ts. */
  onSpare?(stage: StageFile, areSpare: boolean): void;
  onCommit?(stage: StageFile, manifest: Manifest, totals: Totals): void;
}

export interface CoordinateOptions {
  readonly job: Job;
  /** The job with the limits and the fleets that it has now. Default: those of `job`. */
  readonly jobNow?: () => Job;
  readonly profiles: readonly StageProfiles[];
  readonly corpus: Corpus;
  readonly store: Store;
  readonly journalsOf: (stage: StageFile) => Journals;
  readonly dispatchOf: (stage: StageFile) => Dispatch;
  readonly signing: Signing;
  readonly codec: Codec;
  readonly clock: Clock;
  readonly stop: AbortSignal;
  readonly events?: CoordinatorEvents;
  readonly times?: CoordinateTimes;
  /** Shards open at a time. Default: twice the partitions, 8 at least; 64 of small ones, while they have fewer than 8,192 records together. */
  readonly window?: Window;
  /** A chunk near the end of a stage has one of so many parts of what is left, at most; default 16. */
  readonly endParts?: number;
}

export interface CoordinateTimes {
  readonly pollMs: number;
  /** How often journals are read for the limits of a job; on an object store each time costs requests. */
  readonly watchMs: number;
  readonly transportDownMs: number;
  /** How long the streams stay when the job is done, so that every worker learns of it. */
  readonly lingerMs: number;
}

export const defaultCoordinateTimes: CoordinateTimes = {
  pollMs: 200,
  watchMs: 2000,
  transportDownMs: 10 * 60_000,
  lingerMs: 1000,
};

export type Coordinated =
  | { readonly ended: 'done'; readonly output: OutputManifest }
  | { readonly ended: 'stopped' }
  /** `isAllAsked`: every record has an outcome, so that running the job again would ask nothing. */
  | { readonly ended: 'limit'; readonly reason: string; readonly isAllAsked: boolean };

/**
 * Runs a job to its end, to a limit, or until `stop` fires.
 * @throws ConfigurationError for a job that does not fit its folder or its corpus, and for one that has made nothing
 * @throws UnavailableError when the transport was away too long
 * @throws IntegrityError when the folder is not what it should be
 */
export async function coordinate(options: CoordinateOptions): Promise<Coordinated> {
  const { job, jobNow = () => job, corpus, store, events } = options;
  const { inputs, stages, planted, notices } = await openJob(options);
  for (const notice of notices) events?.onNotice?.(notice);

  // Every record was asked then, and generations may have changed what the first run has counted: the end decides.
  const isClosed = await isComplete(store);
  const isAsked = isClosed || (await readGenerations(store)).length > 0;
  const run: StagesRun = {
    inputs,
    stages,
    // A retry may have closed an output that a limit had ended before its planted pairs: its manifest has none, and never changes.
    planted: planted && isClosed && !(await isCommitted(store, [planted])) ? null : planted,
    mustMake: !isAsked,
    firstRecords: (first) => corpusRecords(corpus, inputs, job.spec.corpus, first),
  };
  const asked = { ...options, jobNow: isAsked ? () => withoutLimits(jobNow()) : jobNow };
  const ended = await coordinateStages({ ...asked, output: store }, run);
  if (ended.ended !== 'done') return ended;
  return await finishWithinLimits({ ...options, job: jobNow(), stages, dismiss: ended.dismiss });
}

/** The stages of one run, as they were opened in its folder. */
export type StagesRun = Pick<
  CoordinateStageOptions,
  'inputs' | 'stages' | 'firstRecords' | 'firstShard' | 'spentBefore' | 'mustMake'
> & {
  /** The stage that asks about planted pairs, after all others. */
  readonly planted?: StageFile | null;
};

type StagesEnd =
  /** `dismiss` tells the fleet that the run is done, and removes its streams. */
  { readonly ended: 'done'; dismiss(): Promise<void> } | Exclude<Coordinated, { ended: 'done' }>;

/**
 * Runs the stages one after the other; see `coordinate` for what it rejects with. `store` is the folder of the run: the output
 * folder, or a generation in it.
 */
export async function coordinateStages(
  options: Omit<CoordinateOptions, 'profiles' | 'corpus'> & { readonly output: Store },
  run: StagesRun,
): Promise<StagesEnd> {
  const { clock, stop, events, times = defaultCoordinateTimes } = options;
  const { stages, planted = null } = run;
  const fleets = await fleetsOf(options, planted ? [...stages, planted] : stages);
  const dismiss = async (): Promise<void> => {
    for (const fleet of fleets) await announceDone(fleet, clock, stop);
    await removeStreams(fleets, clock, times.lingerMs, stop);
  };
  const totalsBefore: Totals[] = [];
  for (const [index, stage] of stages.entries()) {
    events?.onStage?.(stage);
    const end = await coordinateStage({ ...options, ...run, times, fleets, index, totalsBefore });
    if (end.ended === 'limit') {
      // Their queue may hold hours of work. A coordinator that resumes the job revokes the announcement.
      for (const fleet of fleets.slice(index, index + 1)) await announceDone(fleet, clock, stop);
    }
    if (end.ended !== 'done') return end;
    totalsBefore.push(end.totals);
    const nothing = run.mustMake ? await nothingMade(options, { stages, index, totals: end.totals }) : null;
    if (nothing !== null) {
      await dismiss();
      throw nothing;
    }
  }
  const end = planted && (await coordinatePlanted({ ...options, ...run, times, fleets, totalsBefore, planted }));
  return end && end.ended !== 'done' ? end : { ended: 'done', dismiss };
}

/** Asks about planted pairs, once the labels are there. */
async function coordinatePlanted(
  options: Omit<CoordinateStageOptions, 'index'> & { readonly planted: StageFile },
): ReturnType<typeof coordinateStage> {
  const { planted, stages, fleets, job, jobNow = () => job, store, codec, clock, stop, events } = options;
  const labelling = stages.find(({ definition }) => definition.kind === 'label');
  if (!labelling) throw new RangeError('planted pairs are made from the rows of a label stage');
  events?.onStage?.(planted);
  const end = await coordinateStage({
    ...options,
    // What fails of them is no record without a label.
    jobNow: () => withoutFailedShare(jobNow()),
    stages: [...stages, planted],
    index: stages.length,
    mustMake: false,
    plantedRecords: () => plantedRecords({ store, codec }, labelling),
  });
  if (end.ended === 'limit') for (const fleet of fleets.slice(-1)) await announceDone(fleet, clock, stop);
  return end;
}

async function fleetsOf(
  {
    output,
    signing,
    dispatchOf,
    events,
  }: Pick<CoordinateOptions, 'signing' | 'dispatchOf' | 'events'> & { output: Store },
  stages: readonly StageFile[],
): Promise<StageFleet[]> {
  const fleets: StageFleet[] = [];
  for (const stage of stages) {
    const signer = await signerOf(output, signing, stage);
    if (!signer) events?.onNotice?.(unsignedNotice(stage));
    fleets.push({ dispatch: dispatchOf(stage), signer });
  }
  return fleets;
}
