/**
 * The shards of a stage as the coordinator knows them: planned, open (driven, with a ledger of what the journals hold) or
 * committed. Only open shards take memory that grows with their records; the committed ones are a few ranges.
 */
import {
  addTokens,
  IntegrityError,
  itemId,
  type Journals,
  type Manifest,
  type PlanEntry,
  partitionOf,
  type StageFile,
} from '@proofmill/contract';
import {
  committedShards,
  type JournalView,
  journalView,
  readEntry,
  readManifest,
  type StageFolder,
  usableCheckpoint,
} from '@proofmill/folder';
import {
  type Crc32,
  type Frame,
  nothingSpent,
  refusalIn,
  type ShardLedger,
  type Spent,
  shardLedger,
  spentIn,
} from '@proofmill/merge';
import { askedChunks, ShardRanges } from '@proofmill/plan';
import type { PlanProgress } from './write-plan.ts';

/** What is known of the outcomes of open shards, beyond the totals of the committed ones. */
export interface Evidence extends Spent {
  readonly failed: number;
}

export const noEvidence = (): { failed: number } & Spent => ({ failed: 0, ...nothingSpent() });

export interface OpenShard {
  readonly shard: number;
  /** Failed records, the ones that failed at planning included, and tokens. */
  readonly evidence: ReturnType<typeof noEvidence>;
  readonly ledger: ShardLedger;
  /** Chunks not yet known to be held. */
  readonly unresolved: Set<number>;
  /** How often this coordinator has sent each chunk. */
  readonly drives: Map<number, number>;
  /**
   * How often in a row it has sent each chunk without anything new in the journals, what they had then, and whether the transport was mended
   * since.
   */
  readonly fruitless: Map<number, { readonly sends: number; readonly progress: string; readonly isMended: boolean }>;
}

/** A shard of which no outcome is known. */
const openedShard = (entry: PlanEntry): OpenShard => ({
  shard: entry.shard,
  evidence: { ...noEvidence(), failed: entry.failed ?? 0 },
  ledger: shardLedger(entry),
  unresolved: new Set(askedChunks(entry)),
  drives: new Map(),
  fruitless: new Map(),
});

/**
 * How many shards are driven at a time. Where shards are small, so few of them are no work for the fleet between two looks at the folder:
 * then further ones are open, until they have `records` together or there are `mostSmall` of them.
 */
export interface Window {
  readonly shards: number;
  readonly records: number;
  readonly mostSmall: number;
}

/** Open shards take memory: about 40 bytes a record, and 330 a chunk. With so much, no further shard is opened ahead of its turn .. */
const mostOpen = { records: 262_144, chunks: 65_536 };
/** .. but for these: while one is completed, the next one has work for the fleet. */
const fewestOpen = 2;

export function addSpent(sum: Spent, part: Spent): void {
  addTokens(sum.tokens, part.tokens);
  addTokens(sum.firstTokens, part.firstTokens);
}

export interface OpenShardsOptions {
  readonly stage: Pick<StageFile, 'partitions'>;
  /** Until the plan has its END, shards may be planned that have no entry now. */
  readonly progress: Readonly<PlanProgress>;
  readonly folder: StageFolder;
  readonly journals: Journals;
  readonly crc32: Crc32;
  /** Whether outcomes are looked into as they are read from the journals; a failed one is a record without a label, or is not. */
  readonly lookInto: () => { readonly failedIsUnlabelled: boolean } | null;
  /** Called once for every shard, in the order of their commits. */
  readonly onCommit: (manifest: Manifest) => void;
  /** Called for each refusal that a collector has journalled of an item without an outcome. */
  readonly onRefusal: (item: string, reason: string) => void;
}

export class OpenShards {
  readonly #options: OpenShardsOptions;
  readonly #open = new Map<number, OpenShard>();
  readonly #committed = new ShardRanges();
  readonly #views = new Map<number, JournalView>();
  /**
   * Whether journals are read from the newest checkpoint on. Outcomes that are looked into have to be read, and after a standstill nothing
   * is taken for known.
   */
  #trustsCheckpoints: boolean;
  /** The shards with a manifest, as they were when the first checkpoint was looked for: all partitions are begun at about that time. */
  #committedAtFirst: ShardRanges | null = null;
  /** What was known of the shards whose journals are being read again. */
  #knownBefore: ReadonlyMap<number, OpenShard> = new Map();
  /** Partitions of which it is known what their journals held in the beginning. */
  readonly #counted = new Set<number>();
  #nextShard = 0;
  #committedRecords = 0;
  #givenRecords = 0;

  constructor(options: OpenShardsOptions) {
    this.#options = options;
    this.#trustsCheckpoints = options.lookInto() === null;
  }

  get committed(): number {
    return this.#committed.size;
  }

  /** Whether that many shards have been opened. */
  areAllOpened(planned: number): boolean {
    return this.#nextShard >= planned;
  }

  /** Records that have an outcome, as far as is known. */
  get finishedRecords(): number {
    let held = 0;
    for (const { ledger } of this.#open.values()) held += ledger.entry.records - ledger.remaining;
    return this.#committedRecords + held;
  }

  /** Of the open shards; what lies in journals that were not read yet is missing. */
  get evidence(): Evidence {
    const sum = noEvidence();
    for (const { evidence } of this.#open.values()) {
      sum.failed += evidence.failed;
      addSpent(sum, evidence);
    }
    return sum;
  }

  /**
   * Of these, the records that needed no engine since this coordinator began: those that planning decided, and those that the
   * journals and manifests held before it sent anything of their partition.
   */
  get givenRecords(): number {
    return this.#givenRecords;
  }

  /** Whether a further shard is to be opened: the window is not full, and there is memory for it. */
  #hasRoom(window: Window): boolean {
    let records = 0;
    let chunks = 0;
    for (const { ledger } of this.#open.values()) {
      records += ledger.entry.records;
      chunks += ledger.entry.chunks.length;
    }
    const { size } = this.#open;
    const isFull = size >= window.shards && (size >= window.mostSmall || records >= window.records);
    return !isFull && (size < fewestOpen || (records < mostOpen.records && chunks < mostOpen.chunks));
  }

  [Symbol.iterator](): IterableIterator<OpenShard> {
    return this.#open.values();
  }

  get(shard: number): OpenShard | undefined {
    return this.#open.get(shard);
  }

  /** Opens shards in order, of those below `planned`, until the window is full, or as many records or chunks are open as there may be. */
  async fill(window: Window, planned: number): Promise<void> {
    for (; this.#nextShard < planned && this.#hasRoom(window); this.#nextShard += 1) {
      await this.#openShard(this.#nextShard);
    }
  }

  /** Looks for the manifests of all open shards, side by side. */
  async noteCommits(): Promise<void> {
    const { folder } = this.#options;
    const looks = [...this.#open.keys()].map(async (shard) => ({ shard, manifest: await readManifest(folder, shard) }));
    for (const { shard, manifest } of await Promise.all(looks)) this.#note(shard, manifest);
  }

  /** Whether the shard has a manifest; its commit is noted. */
  async isCommitted(shard: number): Promise<boolean> {
    return this.#note(shard, await readManifest(this.#options.folder, shard));
  }

  #note(shard: number, manifest: Manifest | null): boolean {
    if (!manifest) return false;
    this.#open.delete(shard);
    if (this.#committed.has(shard)) return true;
    this.#committed.add(shard);
    this.#committedRecords += manifest.totals.records;
    this.#options.onCommit(manifest);
    return true;
  }

  /**
   * Reads what the journals of a partition have beyond the last call, into the ledgers of its shards. `waiting`: not all of it,
   * since a shard that was planned before is not planned again yet.
   */
  async readJournals(partition: number): Promise<'all' | 'waiting'> {
    const workedBefore = this.finishedRecords - this.#givenRecords;
    const view = this.#views.get(partition) ?? this.#viewOf(partition);
    this.#views.set(partition, view);
    const read = await view.catchUp();
    if (!this.#counted.has(partition)) this.#givenRecords = this.finishedRecords - workedBefore;
    this.#counted.add(partition);
    return read;
  }

  /**
   * Reads the journals of open shards from the beginning, as if no outcome of them were known. Gives the number of records that had an
   * outcome before, and have none now.
   */
  async reread(): Promise<number> {
    const { stage } = this.#options;
    const finishedBefore = this.finishedRecords;
    this.#views.clear();
    this.#trustsCheckpoints = false;
    this.#knownBefore = new Map(this.#open);
    for (const [shard, { ledger, drives, fruitless }] of this.#open) {
      this.#open.set(shard, { ...openedShard(ledger.entry), drives, fruitless });
    }
    const partitions = new Set([...this.#open.keys()].map((shard) => partitionOf(shard, stage.partitions)));
    for (const partition of partitions) await this.readJournals(partition);
    this.#knownBefore = new Map();
    return Math.max(0, finishedBefore - this.finishedRecords);
  }

  #viewOf(partition: number): JournalView {
    const { journals, crc32, stage, folder } = this.#options;
    return journalView({
      journals,
      partition,
      partitions: stage.partitions,
      crc32,
      checkpoint: async (epochs) => {
        if (!this.#trustsCheckpoints) return null;
        this.#committedAtFirst ??= new ShardRanges(1, await committedShards(folder));
        return usableCheckpoint(folder, partition, { epochs, committed: this.#committedAtFirst });
      },
      // A frame is read only once: a shard ahead of the window is opened for it.
      ledgerOf: (shard) => this.#ledgerOf(shard),
      onOutcome: (frame) => this.#lookInto(frame),
      onRefusal: (frame) => this.#noteRefusal(frame),
    });
  }

  #noteRefusal(frame: Frame): void {
    const { shard, index, bytes } = frame;
    const isKnown = this.#knownBefore.get(shard)?.ledger.knows(frame) ?? false;
    if (!isKnown) this.#options.onRefusal(itemId(shard, index), refusalIn(bytes));
  }

  async #ledgerOf(shard: number): Promise<ShardLedger | null | 'unseen'> {
    const known = this.#open.get(shard);
    if (known || this.#committed.has(shard)) return known?.ledger ?? null;
    const { folder, progress } = this.#options;
    if (progress.end === null && (await readEntry(folder, shard)) === null) return 'unseen';
    return (await this.#openShard(shard))?.ledger ?? null;
  }

  /** Adds an outcome to the evidence. What fails an item by itself, as the third suspicion does, is one, too, and spent nothing that counts. */
  #lookInto({ shard, kind, bytes }: Frame): void {
    const lookInto = this.#options.lookInto();
    const evidence = this.#open.get(shard)?.evidence;
    if (!lookInto || !evidence) return;
    const { failed, ...spent } = kind === 'outcome' ? spentIn(bytes) : { failed: true, ...nothingSpent() };
    addSpent(evidence, spent);
    if (failed && lookInto.failedIsUnlabelled) evidence.failed += 1;
  }

  /** The shard, opened; null where it is committed. */
  async #openShard(shard: number): Promise<OpenShard | null> {
    const known = this.#open.get(shard);
    if (known) return known;
    if (this.#committed.has(shard)) return null;
    const finishedBefore = this.finishedRecords;
    if (await this.isCommitted(shard)) {
      this.#givenRecords += this.finishedRecords - finishedBefore;
      return null;
    }
    const { folder } = this.#options;
    const stored = await readEntry(folder, shard);
    if (!stored) {
      throw new IntegrityError(
        `${folder.paths.entry(shard)} is missing: the plan has ended without it, or a journal holds outcomes of a shard that was never planned`,
      );
    }
    const opened = openedShard(stored.entry);
    this.#open.set(shard, opened);
    this.#givenRecords += this.finishedRecords - finishedBefore;
    return opened;
  }
}
