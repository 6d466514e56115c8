import type { Journals, StageFile, Store, Totals } from '@proofmill/contract';
import {
  generationStore,
  isComplete,
  journalView,
  readEnd,
  readEntry,
  readGenerations,
  readManifest,
  readStart,
  readStoredJob,
  stageFolder,
} from '@proofmill/folder';
import { type Crc32, type ShardLedger, shardLedger } from '@proofmill/merge';
import { addTotals, emptyTotals } from '@proofmill/stats';

export interface StageStatus {
  readonly stage: string;
  readonly run: string;
  /** waiting: not begun; planning: the corpus is being read; running; done. */
  readonly phase: 'waiting' | 'planning' | 'running' | 'done';
  readonly shards: number;
  readonly committedShards: number;
  /** Records planned so far. */
  readonly records: number;
  /** Records that have an outcome: of committed shards, in the journals, or decided at planning. */
  readonly finished: number;
  /** Of the committed shards. */
  readonly totals: Totals;
}

export interface Status {
  readonly job: string;
  readonly complete: boolean;
  readonly stages: readonly StageStatus[];
  readonly generations: readonly GenerationStatus[];
}

/** A generation: records that were asked about again. */
export interface GenerationStatus {
  readonly number: number;
  readonly complete: boolean;
  readonly stages: readonly StageStatus[];
}

export interface StatusOptions {
  readonly store: Store;
  /** The journals of a stage of the first run (0) or of a generation. */
  readonly journalsOf: (stage: StageFile, generation: number) => Journals;
  readonly crc32: Crc32;
}

/** How far a job has come, from its output folder alone. ConfigurationError when it is not an output folder. */
export async function status(options: StatusOptions): Promise<Status> {
  const { store } = options;
  const job = await readStoredJob(store);
  const stages: StageStatus[] = [];
  for (const stage of job.stages) stages.push(await stageStatus(stage, 0, options));
  const generations: GenerationStatus[] = [];
  for (const { number, stages: ofGeneration } of await readGenerations(store)) {
    const folder = generationStore(store, number);
    const found: StageStatus[] = [];
    for (const stage of ofGeneration) found.push(await stageStatus(stage, number, { ...options, store: folder }));
    generations.push({ number, complete: await isComplete(folder), stages: found });
  }
  return { job: job.name, complete: await isComplete(store), stages, generations };
}

async function stageStatus(
  stage: StageFile,
  generation: number,
  { store, journalsOf, crc32 }: StatusOptions,
): Promise<StageStatus> {
  const folder = stageFolder(store, stage.definition.name);
  const end = await readEnd(folder);
  const isBegun = (await readStart(folder)) !== null;
  const totals = emptyTotals();
  const open = new Map<number, ShardLedger>();
  let committedShards = 0;
  let records = 0;
  let shard = 0;
  for (; end ? shard < end.shards : true; shard += 1) {
    const manifest = await readManifest(folder, shard);
    if (manifest) {
      committedShards += 1;
      records += manifest.totals.records;
      addTotals(totals, manifest.totals);
      continue;
    }
    const stored = await readEntry(folder, shard);
    if (!stored) {
      if (end) continue;
      break;
    }
    records += stored.entry.records;
    open.set(shard, shardLedger(stored.entry));
  }
  const ledgerOf = async (number: number): Promise<ShardLedger | null> => open.get(number) ?? null;
  const journals = journalsOf(stage, generation);
  for (let partition = 0; open.size > 0 && partition < stage.partitions; partition += 1) {
    await journalView({ journals, partition, crc32, ledgerOf }).catchUp();
  }
  let finished = totals.records;
  for (const ledger of open.values()) finished += ledger.entry.records - ledger.remaining;
  const done = end !== null && committedShards === end.shards;
  return {
    stage: stage.definition.name,
    run: stage.run,
    phase: !isBegun ? 'waiting' : done ? 'done' : end ? 'running' : 'planning',
    shards: shard,
    committedShards,
    records: end?.records ?? records,
    finished,
    totals,
  };
}
