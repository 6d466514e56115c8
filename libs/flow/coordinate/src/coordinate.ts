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
import { isComplete, readGenerations } from '@proofmill/folder';
import type { StageProfiles } from '@proofmill/plan';
import { type CoordinateStageOptions, coordinateStage } from './coordinate-stage.ts';
import { announceDone, removeStreams } from './dismissal.ts';
import { finishWithinLimits } from './finish.ts';
import { withoutLimits } from './limits.ts';
import { openJob } from './open-job.ts';
import { corpusRecords } from './planned-records.ts';

/** What a coordinator reports while it runs. */
export interface CoordinatorEvents {
  onNotice?(notice: string): void;
  onStage?(stage: StageFile): void;
  onPlanned?(stage: StageFile, end: PlanEnd): void;
  /** Records of the stage that have an outcome, as far as is known. */
  onProgress?(stage: StageFile, records: number): void;
  onCommit?(stage: StageFile, manifest: Manifest, totals: Totals): void;
}

export interface CoordinateOptions {
  readonly job: Job;
  readonly profiles: readonly StageProfiles[];
  readonly corpus: Corpus;
  readonly store: Store;
  readonly journalsOf: (stage: StageFile) => Journals;
  readonly dispatchOf: (stage: StageFile) => Dispatch;
  readonly codec: Codec;
  readonly clock: Clock;
  readonly stop: AbortSignal;
  readonly events?: CoordinatorEvents;
  readonly times?: CoordinateTimes;
  /** Shards open at a time; default twice the partitions, 8 at least. */
  readonly window?: number;
}

export interface CoordinateTimes {
  readonly pollMs: number;
  readonly transportDownMs: number;
  /** How long the streams stay when the job is done, so that every worker learns of it. */
  readonly lingerMs: number;
}

export const defaultCoordinateTimes: CoordinateTimes = { pollMs: 200, transportDownMs: 10 * 60_000, lingerMs: 1000 };

export type Coordinated =
  | { readonly ended: 'done'; readonly output: OutputManifest }
  | { readonly ended: 'stopped' }
  /** `isAllAsked`: every record has an outcome, so that running the job again would ask nothing. */
  | { readonly ended: 'limit'; readonly reason: string; readonly isAllAsked: boolean };

/**
 * Runs a job to its end, to a limit, or until `stop` fires. ConfigurationError for a job that does not fit its folder or its
 * corpus; UnavailableError when the transport was away too long; IntegrityError when the folder is not what it should be.
 */
export async function coordinate(options: CoordinateOptions): Promise<Coordinated> {
  const { job, corpus, store, events } = options;
  const { inputs, stages, notices } = await openJob(options);
  for (const notice of notices) events?.onNotice?.(notice);

  // Every record was asked then, and generations may have changed what the first run has counted: the end decides.
  const isAsked = (await isComplete(store)) || (await readGenerations(store)).length > 0;
  const run: StagesRun = {
    inputs,
    stages,
    totalsBefore: [],
    firstRecords: (first) => corpusRecords(corpus, inputs, job.spec.corpus, first),
  };
  const ended = await coordinateStages({ ...options, job: isAsked ? withoutLimits(job) : job }, run);
  if (ended.ended !== 'done') return ended;
  const finished = await finishWithinLimits({ job, store, stages });
  if (finished.ended === 'done') await ended.dismiss();
  return finished;
}

/** The stages of one run, as they were opened in its folder. */
export interface StagesRun extends Pick<CoordinateStageOptions, 'inputs' | 'stages' | 'firstRecords' | 'firstShard'> {
  /** Totals of what was spent before. */
  readonly totalsBefore: readonly Totals[];
}

type StagesEnd =
  /** `dismiss` tells the fleet that the run is done, and removes its streams. */
  { readonly ended: 'done'; dismiss(): Promise<void> } | Exclude<Coordinated, { ended: 'done' }>;

/** Runs the stages one after the other; see `coordinate` for what it rejects with. */
export async function coordinateStages(
  options: Omit<CoordinateOptions, 'profiles' | 'corpus'>,
  run: StagesRun,
): Promise<StagesEnd> {
  const { clock, stop, events, times = defaultCoordinateTimes } = options;
  const { stages } = run;
  const dispatches = stages.map((stage) => options.dispatchOf(stage));
  const totalsBefore = [...run.totalsBefore];
  for (const [index, stage] of stages.entries()) {
    events?.onStage?.(stage);
    const end = await coordinateStage({ ...options, ...run, times, dispatches, index, totalsBefore });
    if (end.ended !== 'done') return end;
    totalsBefore.push(end.totals);
  }
  return {
    ended: 'done',
    async dismiss() {
      for (const dispatch of dispatches) await announceDone(dispatch, clock, stop);
      await removeStreams(dispatches, clock, times.lingerMs, stop);
    },
  };
}
