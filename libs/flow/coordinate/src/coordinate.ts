/** The coordinator: plans and drives one stage after the other, then finishes the job. */
import {
  type Clock,
  type Codec,
  type Corpus,
  type Dispatch,
  type Job,
  type Journals,
  type Manifest,
  type OutputManifest,
  type PlanEnd,
  type PlanStart,
  planStartSchema,
  type StageFile,
  type StagePaths,
  type Store,
  stagePaths,
  type Totals,
} from '@proofmill/contract';
import { readObject, type StageProfiles, sizesOf } from '@proofmill/plan';
import { addTotals, emptyTotals } from '@proofmill/stats';
import { drive } from './drive.ts';
import { finish, jobTotals } from './finish.ts';
import { type OpenJob, openJob } from './open-job.ts';
import { planProgress } from './plan-progress.ts';
import { corpusRecords, type PlannedRecord, priorRecords } from './planned-records.ts';
import { createSame, writePlan } from './write-plan.ts';

/** What a coordinator tells whoever watches it. */
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
  /** How long the streams stay when the job is done, so that every worker hears of it. */
  readonly lingerMs: number;
}

export const defaultCoordinateTimes: CoordinateTimes = { pollMs: 200, transportDownMs: 10 * 60_000, lingerMs: 1000 };

export type Coordinated =
  | { readonly ended: 'done'; readonly output: OutputManifest }
  | { readonly ended: 'stopped' }
  | { readonly ended: 'limit'; readonly reason: string };

const text = new TextEncoder();

/** How often the end of a stage is announced to a transport that does not answer. */
const ANNOUNCEMENTS = 10;

/**
 * Runs a job to its end, to a limit, or until `stop` fires. ConfigurationError for a job that does not fit its folder or its
 * corpus; UnavailableError when the transport was away too long; IntegrityError when the folder is not what it should be.
 */
export async function coordinate(options: CoordinateOptions): Promise<Coordinated> {
  const { job, store, events } = options;
  const opened = await openJob(options);
  for (const notice of opened.notices) events?.onNotice?.(notice);
  const done: Totals[] = [];
  const dispatches = opened.stages.map((stage) => options.dispatchOf(stage));
  for (const [index, stage] of opened.stages.entries()) {
    events?.onStage?.(stage);
    const ended = await coordinateStage(options, opened, index, dispatches, done);
    if (ended !== 'done') return ended;
  }
  const output = await finish({ job, store, stages: opened.stages });
  const { lingerMs } = options.times ?? defaultCoordinateTimes;
  for (const dispatch of dispatches) await announceDone(dispatch, options.clock, options.stop);
  await removeStreams(dispatches, options.clock, lingerMs, options.stop);
  return { ended: 'done', output };
}

async function coordinateStage(
  options: CoordinateOptions,
  opened: OpenJob,
  index: number,
  dispatches: readonly Dispatch[],
  before: Totals[],
): Promise<'done' | Exclude<Coordinated, { ended: 'done' }>> {
  const { store, codec, clock, events } = options;
  const stage = opened.stages[index];
  const dispatch = dispatches[index];
  if (!stage || !dispatch) throw new RangeError(`there is no stage ${index}`);
  const times = options.times ?? defaultCoordinateTimes;
  const paths = stagePaths(stage.definition.name);
  const prior = opened.stages[index - 1];
  const start = await writeStart(options, opened, stage, paths);
  const progress = planProgress();
  const failure = new AbortController();
  const stop = AbortSignal.any([options.stop, failure.signal]);
  const totals = emptyTotals();
  let limit: string | null = null;

  const records: AsyncIterator<PlannedRecord> = prior
    ? priorRecords(store, stagePaths(prior.definition.name))
    : corpusRecords(options.corpus, start.inputs, options.job.spec.corpus, stage.definition);
  const planning = writePlan({ store, codec, stage, paths, sizes: start.sizes, records, progress, stop }).then(
    (end) => {
      if (end) events?.onPlanned?.(stage, end);
    },
    (error: unknown) => failure.abort(error),
  );
  try {
    const ended = await drive({
      stage,
      paths,
      store,
      journals: options.journalsOf(stage),
      crc32: codec.crc32,
      dispatch,
      // A loss also takes with it that earlier stages are done, and their workers may still be waiting to hear it.
      async openTransport() {
        await dispatch.open();
        for (const earlier of dispatches.slice(0, index)) await announceDone(earlier, clock, stop);
      },
      clock,
      progress,
      window: options.window ?? Math.max(8, 2 * stage.partitions),
      pollMs: times.pollMs,
      transportDownMs: times.transportDownMs,
      stop,
      onCommit(manifest) {
        addTotals(totals, manifest.totals);
        events?.onCommit?.(stage, manifest, totals);
        limit ??= brokenLimit(options.job, jobTotals([...before, totals]), progress.end);
        return limit === null;
      },
      onTrouble: (sentence) => events?.onNotice?.(`waiting for the transport: ${sentence}`),
      onProgress: (count) => events?.onProgress?.(stage, count),
    });
    if (failure.signal.aborted) throw failure.signal.reason;
    // Once more, with the number of records known for sure.
    if (ended === 'done') limit ??= brokenLimit(options.job, jobTotals([...before, totals]), progress.end);
    if (limit !== null) return { ended: 'limit', reason: limit };
    if (ended === 'stopped') return { ended };
    before.push(totals);
    return 'done';
  } finally {
    failure.abort(new Error('the stage has ended'));
    await planning;
  }
}

/** Says which limit of the job is broken, in a sentence. */
function brokenLimit(job: Job, totals: Totals, end: PlanEnd | null): string | null {
  const { maxFailedShare, maxTokens } = job.spec.limits;
  const tokens = totals.tokens.prompt + totals.tokens.completion;
  if (maxTokens !== undefined && tokens >= maxTokens) {
    return `${tokens} tokens are spent, limits.maxTokens is ${maxTokens}`;
  }
  if (end && totals.failed > maxFailedShare * end.records) {
    return `${totals.failed} of ${end.records} records failed, limits.maxFailedShare is ${maxFailedShare}`;
  }
  return null;
}

async function writeStart(
  options: CoordinateOptions,
  opened: OpenJob,
  stage: StageFile,
  paths: StagePaths,
): Promise<PlanStart> {
  const there = await readObject(options.store, paths.start, planStartSchema);
  if (there) return there;
  const start: PlanStart = {
    v: 1,
    run: stage.run,
    stageDigest: stage.stageDigest,
    inputs: [...opened.inputs],
    partitions: stage.partitions,
    sizes: sizesOf(opened.inputs, stage.definition, options.job.spec.output.shards),
  };
  await createSame(options.store, paths.start, text.encode(`${JSON.stringify(start)}\n`));
  return start;
}

/**
 * Tells the workers of a stage that is committed. The streams are made again where they were lost: a worker that finds none
 * waits for them, and would wait for ever.
 */
async function announceDone(dispatch: Dispatch, clock: Clock, stop: AbortSignal): Promise<void> {
  for (let attempt = 0; attempt < ANNOUNCEMENTS && !stop.aborted; attempt += 1) {
    try {
      await dispatch.open();
      return await dispatch.announceDone();
    } catch {
      // Nothing in the transport is needed any more; workers that hear nothing end by themselves, to be run again.
      await clock.sleep(500, stop);
    }
  }
}

/** The job is done: its streams go, once every worker had time to hear of it. */
async function removeStreams(
  dispatches: readonly Dispatch[],
  clock: Clock,
  lingerMs: number,
  stop: AbortSignal,
): Promise<void> {
  await clock.sleep(lingerMs, stop);
  for (const dispatch of dispatches) await dispatch.remove().catch(() => undefined);
}
