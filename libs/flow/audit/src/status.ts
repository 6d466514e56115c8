import type { Journals, StageFile, Store, Totals } from '@proofmill/contract';
import {
  isComplete,
  type JournalView,
  journalView,
  readEnd,
  readEntry,
  readManifest,
  readStart,
  readStoredJob,
  type StageFolder,
  stageFolder,
} from '@proofmill/folder';
import { type Crc32, type ShardLedger, shardLedger } from '@proofmill/merge';
import { addTotals, emptyTotals, whyNothingMade } from '@proofmill/stats';

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
  /** Why the job has ended without a label, in a sentence; null where it has not. */
  readonly nothingMade: string | null;
  readonly stages: readonly StageStatus[];
}

export interface StatusOptions {
  readonly store: Store;
  readonly journalsOf: (stage: StageFile) => Journals;
  readonly crc32: Crc32;
}

/** How far a job has come, from its output folder alone. ConfigurationError when it is not an output folder. */
export const status = (options: StatusOptions): Promise<Status> => statusReader(options)();

/**
 * Reads the status again and again, beside a run. What cannot change is read once: manifests, entries of the plan, and journals
 * as far as they were read. ConfigurationError when it is not an output folder.
 */
export function statusReader(options: StatusOptions): () => Promise<Status> {
  const { store } = options;
  const readers = new Map<string, StageReader>();
  return async () => {
    const job = await readStoredJob(store);
    const stages: StageStatus[] = [];
    let nothingMade: string | null = null;
    for (const [index, stage] of job.stages.entries()) {
      const reader = readers.get(stage.run) ?? new StageReader(stage, options);
      readers.set(stage.run, reader);
      const found = await reader.read();
      stages.push(found);
      if (found.phase === 'done') nothingMade ??= whyNothingMade(stage.definition, found.totals, index === 0);
    }
    return { job: job.name, complete: await isComplete(store), nothingMade, stages };
  };
}

class StageReader {
  readonly #stage: StageFile;
  readonly #folder: StageFolder;
  readonly #views: JournalView[];
  readonly #committed = new Set<number>();
  readonly #open = new Map<number, ShardLedger>();
  readonly #totals = emptyTotals();
  /** Shards below this number are planned. */
  #planned = 0;
  #records = 0;

  constructor(stage: StageFile, { store, journalsOf, crc32 }: StatusOptions) {
    this.#stage = stage;
    this.#folder = stageFolder(store, stage.definition.name);
    const journals = journalsOf(stage);
    this.#views = Array.from({ length: stage.partitions }, (_, partition) =>
      journalView({ journals, partition, crc32, ledgerOf: (shard) => this.#ledgerOf(shard) }),
    );
  }

  async read(): Promise<StageStatus> {
    const { definition, run } = this.#stage;
    const isBegun = (await readStart(this.#folder)) !== null;
    const end = await readEnd(this.#folder);
    while (end ? this.#planned < end.shards : await this.#isPlanned(this.#planned)) {
      await this.#ledgerOf(this.#planned);
      this.#planned += 1;
    }
    for (const shard of [...this.#open.keys()]) await this.#noteCommit(shard);
    if (this.#open.size > 0) for (const view of this.#views) await view.catchUp();
    let finished = this.#totals.records;
    for (const ledger of this.#open.values()) finished += ledger.entry.records - ledger.remaining;
    const done = end !== null && this.#committed.size === end.shards;
    const totals = emptyTotals();
    addTotals(totals, this.#totals);
    return {
      stage: definition.name,
      run,
      phase: !isBegun ? 'waiting' : done ? 'done' : end ? 'running' : 'planning',
      shards: this.#planned,
      committedShards: this.#committed.size,
      records: end?.records ?? this.#records,
      finished,
      totals,
    };
  }

  async #isPlanned(shard: number): Promise<boolean> {
    return (await this.#ledgerOf(shard)) !== null || this.#committed.has(shard);
  }

  /** The ledger of an open shard, opened where it is not; null for a committed one, and for one that is not planned. */
  async #ledgerOf(shard: number): Promise<ShardLedger | null> {
    const known = this.#open.get(shard);
    if (known || this.#committed.has(shard)) return known ?? null;
    if (await this.#noteCommit(shard)) return null;
    const stored = await readEntry(this.#folder, shard);
    if (!stored) return null;
    const ledger = shardLedger(stored.entry);
    this.#open.set(shard, ledger);
    this.#records += ledger.entry.records;
    return ledger;
  }

  async #noteCommit(shard: number): Promise<boolean> {
    const manifest = await readManifest(this.#folder, shard);
    if (!manifest) return false;
    if (!this.#open.delete(shard)) this.#records += manifest.totals.records;
    this.#committed.add(shard);
    addTotals(this.#totals, manifest.totals);
    return true;
  }
}
