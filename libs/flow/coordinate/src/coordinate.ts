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
import type { StageProfiles } from '@proofmill/plan';
import { coordinateStage } from './coordinate-stage.ts';
import { announceDone, removeStreams } from './dismissal.ts';
import { finish } from './finish.ts';
import { openJob } from './open-job.ts';
import { nothingMade } from './require-made.ts';

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
  | { readonly ended: 'limit'; readonly reason: string };

/**
 * Runs a job to its end, to a limit, or until `stop` fires.
 * @throws ConfigurationError for a job that does not fit its folder or its corpus, and for one that has made nothing
 * @throws UnavailableError when the transport was away too long
 * @throws IntegrityError when the folder is not what it should be
 */
export async function coordinate(options: CoordinateOptions): Promise<Coordinated> {
  const { job, store, clock, stop, events, times = defaultCoordinateTimes } = options;
  const { inputs, stages, notices } = await openJob(options);
  for (const notice of notices) events?.onNotice?.(notice);

  const dispatches = stages.map((stage) => options.dispatchOf(stage));
  const dismiss = async (): Promise<void> => {
    for (const dispatch of dispatches) await announceDone(dispatch, clock, stop);
    await removeStreams(dispatches, clock, times.lingerMs, stop);
  };
  const totalsBefore: Totals[] = [];
  for (const [index, stage] of stages.entries()) {
    events?.onStage?.(stage);
    const end = await coordinateStage({ ...options, times, inputs, stages, dispatches, index, totalsBefore });
    if (end.ended === 'limit') {
      // Their queue may hold hours of work. A coordinator that resumes the job revokes the announcement.
      for (const dispatch of dispatches.slice(index, index + 1)) await announceDone(dispatch, clock, stop);
    }
    if (end.ended !== 'done') return end;
    totalsBefore.push(end.totals);
    const nothing = await nothingMade(options, stage, end.totals, index === 0);
    if (nothing !== null) {
      await dismiss();
      throw nothing;
    }
  }

  const output = await finish({ job, store, stages });
  await dismiss();
  return { ended: 'done', output };
}
