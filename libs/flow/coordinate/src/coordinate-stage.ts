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
import {
  allTokens,
  type Fleet,
  type Input,
  type PlanStart,
  type StageDefinition,
  type StageFile,
  stageSpecOf,
  type Totals,
} from '@proofmill/contract';
import { createStart, jobTotals, readStart, type StageFolder, stageFolder } from '@proofmill/folder';
import { sizesOf } from '@proofmill/plan';
import { addTotals, emptyTotals } from '@proofmill/stats';
import type { Coordinated, CoordinateOptions, CoordinateTimes } from './coordinate.ts';
import { brokenBudget } from './costs.ts';
import { announceDone, type StageFleet } from './dismissal.ts';
import { type DriveOptions, drive } from './drive.ts';
import { brokenLimit, isLimited } from './limits.ts';
import { addSpent, type Evidence, noEvidence, type Window } from './open-shards.ts';
import { type PlannedRecord, priorRecords } from './planned-records.ts';
import { refusalNotices } from './refusal-notices.ts';
import { requireAsked } from './usable-corpus.ts';
import { type PlanProgress, writePlan } from './write-plan.ts';

export interface CoordinateStageOptions extends Omit<CoordinateOptions, 'profiles' | 'corpus'> {
  readonly times: CoordinateTimes;
  readonly inputs: readonly Input[];
  /** All stages of the job, and the fleet of each. */
  readonly stages: readonly StageFile[];
  readonly fleets: readonly StageFleet[];
  /** The stage to coordinate. */
  readonly index: number;
  /** Totals of the earlier stages of this run. */
  readonly totalsBefore: readonly Totals[];
  /** Totals of what the runs before this one have spent, by stage. Default: none was before. */
  readonly spentBefore?: readonly Totals[];
  /** The run has to ask about a record, and to make something: success means labels. A generation may find nothing. */
  readonly mustMake: boolean;
  /** The records of the first stage, as it asks about them. */
  readonly firstRecords: (first: StageDefinition) => AsyncIterator<PlannedRecord>;
  /** The records of a stage that asks about planted pairs. */
  readonly plantedRecords?: () => AsyncIterator<PlannedRecord>;
  /** The shard by which the ids of the first one go. Default: 0. */
  readonly firstShard?: number;
}

type StageEnd = { readonly ended: 'done'; readonly totals: Totals } | Exclude<Coordinated, { ended: 'done' }>;

/** Where shards are small, 64 looks at a manifest a turn are what the folder is asked for. */
const windowFor = (partitions: number): Window => ({
  shards: Math.max(8, 2 * partitions),
  records: 8_192,
  mostSmall: 64,
});

/** See `coordinate` for what it rejects with. */
export async function coordinateStage(options: CoordinateStageOptions): Promise<StageEnd> {
  const { job, jobNow = () => job, store, events, totalsBefore } = options;
  const stage = stageAt(options);
  const folder = stageFolder(store, stage.definition.name, stage.run);
  const start = await startOf(options, stage, folder);

  const progress: PlanProgress = { planned: 0, end: null };
  const totals = emptyTotals();
  let limit: string | null = null;
  /** With what is known of open shards while the stage runs; without it when all are committed. */
  const checkLimits = (records = totals.records, open: Evidence = noEvidence()): boolean => {
    const current = { ...totals, tokens: { ...totals.tokens }, firstTokens: { ...totals.firstTokens } };
    addSpent(current, open);
    const spent = spentSoFar(options.spentBefore ?? [], [...totalsBefore, current]);
    const tokens = allTokens(jobTotals(spent).tokens);
    // A later stage carries the failures of the first one along, whose share of all records is known.
    const finished = totalsBefore.length === 0 ? records : 0;
    limit ??= brokenLimit(jobNow(), { tokens, finished, failed: totals.failed + open.failed }, progress.end);
    limit ??= brokenBudget(jobNow(), spent);
    return limit === null;
  };
  let outcomes = 0;
  /** Then a limit saves nothing: all of the stage is committed, and its end decides. What has failed can be asked again after that. */
  const isAllAsked = (): boolean => outcomes === progress.end?.records;
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
        return checkLimits() || isAllAsked();
      },
      onProgress(records, given, open) {
        events?.onProgress?.(stage, records, given);
        outcomes = records;
        return isAllAsked() || checkLimits(records, open);
      },
    });
    if (ending.signal.aborted) throw ending.signal.reason;
    // Once more: at the commits the number of records may not have been known yet, and the limits may have been others.
    if (ended === 'done') {
      limit = null;
      checkLimits();
    }
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

/** By stage, what this run and those before it have counted. */
function spentSoFar(before: readonly Totals[], now: readonly Totals[]): readonly Totals[] {
  if (before.length === 0) return now;
  return before.map((totals, index) => {
    const sum = emptyTotals();
    addTotals(sum, totals);
    const own = now[index];
    if (own) addTotals(sum, own);
    return sum;
  });
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
  const { inputs, job } = options;
  const { shards } = job.spec.output;
  const start: PlanStart = {
    v: 1,
    run: stage.run,
    stageDigest: stage.stageDigest,
    inputs: [...inputs],
    partitions: stage.partitions,
    // Planted pairs are few, whatever the corpus is.
    sizes: sizesOf(inputs, stage.definition, options.plantedRecords ? undefined : shards, options.endParts),
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
  const records: AsyncIterator<PlannedRecord> = options.plantedRecords
    ? options.plantedRecords()
    : prior
      ? priorRecords(stageFolder(store, prior.definition.name, prior.run), codec)
      : options.firstRecords(stage.definition);
  const { firstShard = 0 } = options;
  const end = await writePlan({ folder, codec, stage, sizes, firstShard, records, progress, stop });
  if (end && !prior && options.mustMake) await requireAsked(folder, codec, end);
  if (end) events?.onPlanned?.(stage, end);
}

function driveOptions(
  options: CoordinateStageOptions,
  stage: StageFile,
  folder: StageFolder,
  stop: AbortSignal,
): Omit<DriveOptions, 'progress' | 'onCommit' | 'onProgress'> {
  const { job, jobNow = () => job, codec, clock, events, times, fleets, index } = options;
  const dispatch = fleets[index]?.dispatch;
  const { name, kind } = stage.definition;
  const spec = stageSpecOf(job, name);
  if (!dispatch || !spec) throw new RangeError(`stage ${index} has no transport`);
  const fleetNow = (): Fleet => (stageSpecOf(jobNow(), name) ?? spec).fleet;
  return {
    stage,
    folder,
    journals: options.journalsOf(stage),
    crc32: codec.crc32,
    dispatch,
    // A transport that was lost has forgotten that earlier stages are done, and their workers may still wait for the news.
    async openTransport() {
      await dispatch.open();
      for (const earlier of fleets.slice(0, index)) await announceDone(earlier, clock, stop);
    },
    clock,
    window: options.window ?? windowFor(stage.partitions),
    pollMs: times.pollMs,
    watchMs: times.watchMs,
    // A failed proof leaves its row a label, which an earlier stage or the corpus has made.
    lookInto: () => (isLimited(jobNow()) ? { failedIsUnlabelled: kind === 'label' } : null),
    transportDownMs: times.transportDownMs,
    quietMs: () => fleetNow().quietSeconds * 1000,
    takeOver: () => fleetNow().takeOver,
    stop,
    onRefusal: refusalNotices(name, (sentence) => events?.onNotice?.(sentence)),
    onOffer: (items) => events?.onOffer?.(stage, items),
    onSpare: events?.onSpare ? (areSpare) => events.onSpare?.(stage, areSpare) : null,
    onStandstill: (sentence) => events?.onNotice?.(`stage ${name}: ${sentence}`),
    onTrouble: (sentence) => events?.onNotice?.(`waiting, and trying again: ${sentence}`),
  };
}
