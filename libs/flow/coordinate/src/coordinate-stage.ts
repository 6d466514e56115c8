/**
 * One stage of a job. It is planned and driven side by side, since a shard can be driven as soon as it is planned.
 *
 *   start      plan/START is read, or created
 *   planning   the plan is written shard by shard, up to END
 *   driving    planned shards are driven until every one has a manifest
 *   ended      that is so, a limit of the job is broken, or `stop` fired
 *
 * Planning that fails ends driving, and the stage rejects with its error. Driving that ends, for whatever reason, ends planning.
 */
import type { Dispatch, Input, PlanStart, StageDefinition, StageFile, Totals } from '@proofmill/contract';
import { createStart, jobTotals, readStart, type StageFolder, stageFolder } from '@proofmill/folder';
import { sizesOf } from '@proofmill/plan';
import { addTotals, emptyTotals } from '@proofmill/stats';
import type { Coordinated, CoordinateOptions, CoordinateTimes } from './coordinate.ts';
import { announceDone } from './dismissal.ts';
import { type DriveOptions, drive } from './drive.ts';
import { brokenLimit } from './limits.ts';
import { type PlannedRecord, priorRecords } from './planned-records.ts';
import { type PlanProgress, writePlan } from './write-plan.ts';

export interface CoordinateStageOptions extends Omit<CoordinateOptions, 'profiles' | 'corpus'> {
  readonly times: CoordinateTimes;
  readonly inputs: readonly Input[];
  /** All stages of the job, and the transport of each. */
  readonly stages: readonly StageFile[];
  readonly dispatches: readonly Dispatch[];
  /** The stage to coordinate. */
  readonly index: number;
  /** Totals of the earlier stages. */
  readonly totalsBefore: readonly Totals[];
  /** The records of the first stage, as it asks about them. */
  readonly firstRecords: (first: StageDefinition) => AsyncIterator<PlannedRecord>;
  /** The shard by which the ids of the first one go. Default: 0. */
  readonly firstShard?: number;
}

type StageEnd = { readonly ended: 'done'; readonly totals: Totals } | Exclude<Coordinated, { ended: 'done' }>;

const minWindow = 8;

/** See `coordinate` for what it rejects with. */
export async function coordinateStage(options: CoordinateStageOptions): Promise<StageEnd> {
  const { job, store, events, totalsBefore } = options;
  const stage = stageAt(options);
  const folder = stageFolder(store, stage.definition.name);
  const start = await startOf(options, stage, folder);

  const progress: PlanProgress = { planned: 0, end: null };
  const totals = emptyTotals();
  let limit: string | null = null;
  const checkLimits = (): void => {
    limit ??= brokenLimit(job, jobTotals([...totalsBefore, totals]), progress.end);
  };
  const ending = new AbortController();
  const stop = AbortSignal.any([options.stop, ending.signal]);
  const planning = plan(options, stage, folder, start, progress, stop).catch((error: unknown) => ending.abort(error));
  try {
    const ended = await drive({
      ...driveOptions(options, stage, folder, stop),
      progress,
      onCommit(manifest) {
        addTotals(totals, manifest.totals);
        events?.onCommit?.(stage, manifest, totals);
        checkLimits();
        return limit === null;
      },
    });
    if (ending.signal.aborted) throw ending.signal.reason;
    // Once more: at the commits the number of records may not have been known yet.
    if (ended === 'done') checkLimits();
    if (limit !== null) {
      const isLast = options.index === options.stages.length - 1;
      return { ended: 'limit', reason: limit, isAllAsked: isLast && totals.records === progress.end?.records };
    }
    return ended === 'done' ? { ended, totals } : { ended };
  } finally {
    ending.abort(new Error('the stage has ended'));
    await planning;
  }
}

function stageAt({ stages, index }: CoordinateStageOptions): StageFile {
  const stage = stages[index];
  if (!stage) throw new RangeError(`there is no stage ${index}`);
  return stage;
}

/** plan/START: sizes and inputs as they were when the plan was begun. */
async function startOf(options: CoordinateStageOptions, stage: StageFile, folder: StageFolder): Promise<PlanStart> {
  const existing = await readStart(folder);
  if (existing) return existing;
  const { inputs } = options;
  const start: PlanStart = {
    v: 1,
    run: stage.run,
    stageDigest: stage.stageDigest,
    inputs: [...inputs],
    partitions: stage.partitions,
    sizes: sizesOf(inputs, stage.definition, options.job.spec.output.shards),
  };
  await createStart(folder, start);
  return start;
}

/** Writes the plan: from the records of the run for the first stage, from the rows of the previous stage for a later one. */
async function plan(
  options: CoordinateStageOptions,
  stage: StageFile,
  folder: StageFolder,
  { sizes }: PlanStart,
  progress: PlanProgress,
  stop: AbortSignal,
): Promise<void> {
  const { codec, store, stages, index, events } = options;
  const prior = stages[index - 1];
  const records: AsyncIterator<PlannedRecord> = prior
    ? priorRecords(stageFolder(store, prior.definition.name))
    : options.firstRecords(stage.definition);
  const { firstShard = 0 } = options;
  const end = await writePlan({ folder, codec, stage, sizes, firstShard, records, progress, stop });
  if (end) events?.onPlanned?.(stage, end);
}

function driveOptions(
  options: CoordinateStageOptions,
  stage: StageFile,
  folder: StageFolder,
  stop: AbortSignal,
): Omit<DriveOptions, 'progress' | 'onCommit'> {
  const { codec, clock, events, times, dispatches, index } = options;
  const dispatch = dispatches[index];
  if (!dispatch) throw new RangeError(`stage ${index} has no transport`);
  return {
    stage,
    folder,
    journals: options.journalsOf(stage),
    crc32: codec.crc32,
    dispatch,
    // A transport that was lost has forgotten that earlier stages are done, and their workers may still wait for the news.
    async openTransport() {
      await dispatch.open();
      for (const earlier of dispatches.slice(0, index)) await announceDone(earlier, clock, stop);
    },
    clock,
    window: options.window ?? Math.max(minWindow, 2 * stage.partitions),
    pollMs: times.pollMs,
    transportDownMs: times.transportDownMs,
    stop,
    onTrouble: (sentence) => events?.onNotice?.(`waiting for the transport: ${sentence}`),
    onProgress: (records) => events?.onProgress?.(stage, records),
  };
}
