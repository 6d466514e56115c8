/**
 * The shards of a stage as the coordinator knows them: planned, open (driven, with a ledger of what the journals hold) or
 * committed. Only open shards take memory that grows with their records.
 */
import { addTokenCounts, IntegrityError, itemId, type Journals, type Manifest } from '@proofmill/contract';
import { type JournalView, journalView, readEntry, readManifest, type StageFolder } from '@proofmill/folder';
import { type Crc32, type Frame, refusalIn, type ShardLedger, shardLedger, spentIn } from '@proofmill/merge';
import { askedChunks } from '@proofmill/plan';

/** What is known of the outcomes of open shards, beyond the totals of the committed ones. */
export interface Evidence {
  readonly failed: number;
  /** Null where an engine did not count them. */
  readonly tokens: number | null;
}

export interface OpenShard {
  readonly shard: number;
  /** Failed records, the ones that failed at planning included, and tokens. */
  readonly evidence: { failed: number; tokens: number | null };
  readonly ledger: ShardLedger;
  /** Chunks not yet known to be held. */
  readonly unresolved: Set<number>;
  /** How often this coordinator has sent each chunk. */
  readonly drives: Map<number, number>;
  /** How often in a row it has sent each chunk without anything new in the journals, and what they had then. */
  readonly fruitless: Map<number, { readonly sends: number; readonly progress: string }>;
}

export interface OpenShardsOptions {
  readonly folder: StageFolder;
  readonly journals: Journals;
  readonly crc32: Crc32;
  /** Whether outcomes are looked into as they are read from the journals; a failed one is a record without a label, or is not. */
  readonly lookInto: { readonly failedIsUnlabelled: boolean } | null;
  /** Called once for every shard, in the order of their commits. */
  readonly onCommit: (manifest: Manifest) => void;
  /** Called for each refusal that a collector has journalled of an item without an outcome. */
  readonly onRefusal: (item: string, reason: string) => void;
}

export class OpenShards {
  readonly #options: OpenShardsOptions;
  readonly #open = new Map<number, OpenShard>();
  readonly #committed = new Set<number>();
  readonly #views = new Map<number, JournalView>();
  #nextShard = 0;
  #committedRecords = 0;
  #givenRecords = 0;

  constructor(options: OpenShardsOptions) {
    this.#options = options;
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
    const sum: { failed: number; tokens: number | null } = { failed: 0, tokens: 0 };
    for (const { evidence } of this.#open.values()) {
      sum.failed += evidence.failed;
      sum.tokens = addTokenCounts(sum.tokens, evidence.tokens);
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

  [Symbol.iterator](): IterableIterator<OpenShard> {
    return this.#open.values();
  }

  get(shard: number): OpenShard | undefined {
    return this.#open.get(shard);
  }

  /** Opens shards in order, of those below `planned`, until `window` of them are open. */
  async fill(window: number, planned: number): Promise<void> {
    for (; this.#open.size < window && this.#nextShard < planned; this.#nextShard += 1) {
      await this.#openShard(this.#nextShard);
    }
  }

  async noteCommits(): Promise<void> {
    for (const shard of [...this.#open.keys()]) await this.isCommitted(shard);
  }

  /** Whether the shard has a manifest; its commit is noted. */
  async isCommitted(shard: number): Promise<boolean> {
    const manifest = await readManifest(this.#options.folder, shard);
    if (!manifest) return false;
    this.#open.delete(shard);
    if (this.#committed.has(shard)) return true;
    this.#committed.add(shard);
    this.#committedRecords += manifest.totals.records;
    this.#options.onCommit(manifest);
    return true;
  }

  /** Reads what the journals of a partition have beyond the last call, into the ledgers of its shards. */
  async readJournals(partition: number): Promise<void> {
    const { journals, crc32 } = this.#options;
    const known = this.#views.get(partition);
    const workedBefore = this.finishedRecords - this.#givenRecords;
    const view =
      known ??
      journalView({
        journals,
        partition,
        crc32,
        // A frame is read only once: a shard ahead of the window is opened for it.
        ledgerOf: async (shard) => (await this.#openShard(shard))?.ledger ?? null,
        onOutcome: (frame) => this.#lookInto(frame),
        onRefusal: ({ shard, index, bytes }) => this.#options.onRefusal(itemId(shard, index), refusalIn(bytes)),
      });
    this.#views.set(partition, view);
    await view.catchUp();
    if (!known) this.#givenRecords = this.finishedRecords - workedBefore;
  }

  /** Adds an outcome to the evidence. What fails an item by itself, as the third suspicion does, is one, too, and spent nothing that counts. */
  #lookInto({ shard, kind, bytes }: Frame): void {
    const { lookInto } = this.#options;
    const evidence = this.#open.get(shard)?.evidence;
    if (!lookInto || !evidence) return;
    const { failed, tokens } = kind === 'outcome' ? spentIn(bytes) : { failed: true, tokens: 0 };
    evidence.tokens = addTokenCounts(evidence.tokens, tokens);
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
    if (!stored) throw new IntegrityError(`${folder.paths.entry(shard)} is missing`);
    const opened: OpenShard = {
      shard,
      evidence: { failed: stored.entry.failed ?? 0, tokens: 0 },
      ledger: shardLedger(stored.entry),
      unresolved: new Set(askedChunks(stored.entry)),
      drives: new Map(),
      fruitless: new Map(),
    };
    this.#open.set(shard, opened);
    this.#givenRecords += this.finishedRecords - finishedBefore;
    return opened;
  }
}
