import type { Generation, Journals, StageFile, Store, Totals } from '@proofmill/contract';
import {
  generationStore,
  isComplete,
  type JournalView,
  journalView,
  readEnd,
  readEntry,
  readGenerations,
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
  /** Records of open shards of which a collector has refused an outcome, and that have no other. */
  readonly refused: number;
  /** Of the committed shards. */
  readonly totals: Totals;
}

export interface Status {
  readonly job: string;
  readonly complete: boolean;
  /** Why the job has ended without a label, in a sentence; null where it has not, or where a generation may yet make one. */
  readonly nothingMade: string | null;
  readonly stages: readonly StageStatus[];
  readonly generations: readonly GenerationStatus[];
}

/** A generation: records that were asked about again, or more of the corpus. */
export interface GenerationStatus {
  readonly number: number;
  readonly kind: Generation['kind'];
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
export const status = (options: StatusOptions): Promise<Status> => statusReader(options)();

/**
 * Reads the status again and again, beside a run. What cannot change is read once: manifests, entries of the plan, and journals
 * as far as they were read. ConfigurationError when it is not an output folder.
 */
export function statusReader(options: StatusOptions): () => Promise<Status> {
  const { store } = options;
  const readers = new Map<string, StageReader>();
  const readStages = async (stages: readonly StageFile[], generation: number): Promise<StageStatus[]> => {
    const found: StageStatus[] = [];
    for (const stage of stages) {
      const reader = readers.get(stage.run) ?? new StageReader(stage, generation, options);
      readers.set(stage.run, reader);
      found.push(await reader.read());
    }
    return found;
  };
  return async () => {
    const job = await readStoredJob(store);
    const stages = await readStages(job.stages, 0);
    const generations: GenerationStatus[] = [];
    for (const { number, kind, stages: ofGeneration } of await readGenerations(store)) {
      const found = await readStages(ofGeneration, number);
      const isEnded = await isComplete(generationStore(store, number));
      generations.push({ number, kind, complete: isEnded, stages: found });
    }
    let nothingMade: string | null = null;
    for (const [index, { definition }] of job.stages.entries()) {
      const { phase, totals } = stages[index] ?? {};
      if (phase === 'done' && totals) nothingMade ??= whyNothingMade(definition, totals, index === 0);
    }
    const complete = await isComplete(store);
    const isHelped = generations.some((generation) =>
      generation.stages.some(({ phase, totals }) => phase !== 'done' || totals.labelled > 0),
    );
    return { job: job.name, complete, nothingMade: complete || isHelped ? null : nothingMade, stages, generations };
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

  constructor(stage: StageFile, generation: number, { store, journalsOf, crc32 }: StatusOptions) {
    this.#stage = stage;
    const folder = generation === 0 ? store : generationStore(store, generation);
    this.#folder = stageFolder(folder, stage.definition.name, stage.run);
    const journals = journalsOf(stage, generation);
    this.#views = Array.from({ length: stage.partitions }, (_, partition) =>
      journalView({
        journals,
        partition,
        partitions: stage.partitions,
        crc32,
        ledgerOf: async (shard) => (await this.#ledgerOf(shard)) ?? (this.#committed.has(shard) ? null : 'unseen'),
      }),
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
    let refused = 0;
    for (const ledger of this.#open.values()) {
      finished += ledger.entry.records - ledger.remaining;
      refused += ledger.refusedItems;
    }
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
      refused,
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
