/**
 * Writes the plan of a stage: for each shard its pack and then its entry, and END last, all create-only. A planner that is
 * started again skips the shards that have an entry; a pack without an entry is written again and must be the same.
 */
import {
  type Codec,
  IntegrityError,
  type PlanEnd,
  type PlanEntry,
  type Sizes,
  type StageFile,
} from '@proofmill/contract';
import { createEnd, readEnd, readEntry, type StageFolder } from '@proofmill/folder';
import { sightOf } from '@proofmill/plan';
import type { PlannedRecord } from './planned-records.ts';
import { RecordQueue } from './record-queue.ts';
import { writeShard } from './write-shard.ts';

/** How far planning has come, for the drive that runs beside it. */
export interface PlanProgress {
  /** Shards that have an entry: all below this number. */
  planned: number;
  end: PlanEnd | null;
}

export interface WritePlanOptions {
  readonly folder: StageFolder;
  readonly codec: Codec;
  readonly stage: StageFile;
  readonly sizes: Sizes;
  /** The shard by which the ids of the first one go. Default: 0. */
  readonly firstShard?: number;
  readonly records: AsyncIterator<PlannedRecord>;
  readonly progress: PlanProgress;
  readonly stop: AbortSignal;
}

/** Resolves with END when the plan is whole, or with null when `stop` fires first, which ends it within a shard. */
export async function writePlan(options: WritePlanOptions): Promise<PlanEnd | null> {
  const records = untilStopped(options.records, options.stop);
  try {
    return await writeWholePlan({ ...options, records });
  } catch (error) {
    if (error === stopped) return null;
    throw error;
  }
}

const stopped = new Error('planning was asked to stop');

/**
 * Records that end with an error once the signal has fired. A shard may be the work of a minute, on a slow machine and an object store,
 * and those that stop a process wait about that long.
 */
function untilStopped(records: AsyncIterator<PlannedRecord>, stop: AbortSignal): AsyncIterator<PlannedRecord> {
  return {
    next: () => (stop.aborted ? Promise.reject(stopped) : records.next()),
  };
}

async function writeWholePlan(options: WritePlanOptions): Promise<PlanEnd> {
  const { folder, stage, progress, stop } = options;
  const existing = await readEnd(folder);
  if (existing) {
    progress.planned = existing.shards;
    progress.end = existing;
    return existing;
  }
  const records = await RecordQueue.open(options.records, sightOf(options.sizes));
  const totals = { shards: 0, records: 0, decided: 0 };
  let failed: number | undefined = 0;
  while (records.head) {
    // The last records have been read ahead.
    if (stop.aborted) throw stopped;
    const entry = await planShard(options, records, totals.shards);
    totals.shards += 1;
    totals.records += entry.records;
    totals.decided += entry.chunks.reduce((sum, chunk) => sum + chunk.decided.length, 0);
    // An entry of an earlier version does not say; then END must not say either, since twins write the same END.
    failed = failed === undefined || entry.failed === undefined ? undefined : failed + entry.failed;
    progress.planned += 1;
  }
  const end: PlanEnd = { v: 1, run: stage.run, ...totals, ...(failed === undefined ? {} : { failed }) };
  await createEnd(folder, end);
  progress.end = end;
  return end;
}

/** The entry of the shard that begins with the head of the queue: the stored one, its records skipped, or a new one. */
async function planShard(options: WritePlanOptions, records: RecordQueue, shard: number): Promise<PlanEntry> {
  const { folder } = options;
  const stored = await readEntry(folder, shard);
  if (!stored) return writeShard(options, records, shard);
  for (let skipped = 0; skipped < stored.entry.records; skipped += 1) {
    if (!records.head) {
      throw new IntegrityError(
        `${folder.paths.entry(shard)} plans more records than there are: the corpus has changed`,
      );
    }
    await records.advance();
  }
  return stored.entry;
}
