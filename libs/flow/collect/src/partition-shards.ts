/**
 * The shards of a partition as its collector knows them: planned, open (with a ledger of what the journals hold) or committed.
 * Only shards with outcomes are open, and the committed ones are a few ranges, so memory does not grow with the corpus.
 */
import { type PlanEnd, partitionOf, type StageFile } from '@proofmill/contract';
import {
  committedShards,
  hasManifest,
  readEnd,
  readEntry,
  type StageFolder,
  type StoredEntry,
} from '@proofmill/folder';
import { type ShardLedger, shardLedger } from '@proofmill/merge';
import { askedChunks, ShardRanges } from '@proofmill/plan';

export interface OpenShard {
  readonly ledger: ShardLedger;
  readonly entrySha256: string;
}

export class PartitionShards {
  readonly #folder: StageFolder;
  readonly #partition: number;
  readonly #partitions: number;
  readonly #open = new Map<number, OpenShard>();
  readonly #committed: ShardRanges;
  /** The first shard that may be planned and was not looked at by `openDecided`. */
  #nextPlanned: number;
  #end: PlanEnd | null = null;

  constructor(folder: StageFolder, stage: StageFile, partition: number) {
    this.#folder = folder;
    this.#partition = partition;
    this.#partitions = stage.partitions;
    this.#committed = new ShardRanges(stage.partitions);
    this.#nextPlanned = partition;
  }

  get hasOpen(): boolean {
    return this.#open.size > 0;
  }

  /** The shards that have a manifest, as far as is known. */
  get committed(): ShardRanges {
    return this.#committed;
  }

  get open(): Iterable<OpenShard> {
    return this.#open.values();
  }

  /** Open shards in which every item has an outcome. */
  *full(): Generator<OpenShard> {
    for (const shard of this.#open.values()) if (shard.ledger.remaining === 0) yield shard;
  }

  /**
   * The ledger of a shard, which is opened where it is planned. `unseen`: its entry is not there, and the plan does not say that there is no
   * such shard: what a coordinator writes may be visible elsewhere a while later.
   */
  async ledgerOf(shard: number): Promise<ShardLedger | 'committed' | 'unseen' | 'unplanned'> {
    if (this.#committed.has(shard)) return 'committed';
    const known = this.#open.get(shard);
    if (known) return known.ledger;
    const stored = await readEntry(this.#folder, shard);
    if (stored) return this.#openStored(stored).ledger;
    this.#end ??= await readEnd(this.#folder);
    return this.#end && shard >= this.#end.shards ? 'unplanned' : 'unseen';
  }

  noteCommit(shard: number): void {
    this.#committed.add(shard);
    this.#open.delete(shard);
  }

  /** Notes the commits of all collectors of the partition. Lists all manifests. */
  async noteCommits(): Promise<void> {
    for (const shard of await committedShards(this.#folder)) {
      if (partitionOf(shard, this.#partitions) === this.#partition) this.noteCommit(shard);
    }
  }

  /**
   * Notes what other collectors have committed since: of the open shards, and of the first ones without a commit. A look costs as many
   * calls as there are of those, and not a listing of all that there ever were.
   */
  async noteOtherCommits(): Promise<void> {
    for (const shard of [...this.#open.keys()]) {
      if (await hasManifest(this.#folder, shard)) this.noteCommit(shard);
    }
    for (let next = this.#firstMissing; await hasManifest(this.#folder, next); next = this.#firstMissing) {
      this.noteCommit(next);
    }
  }

  /**
   * Opens the next planned shard in which nothing is to be asked: no outcome ever comes for it, so nothing else opens it. False
   * where there is none.
   */
  async openDecided(): Promise<boolean> {
    for (let stored = await this.#nextEntry(); stored; stored = await this.#nextEntry()) {
      this.#nextPlanned += this.#partitions;
      if (askedChunks(stored.entry).length > 0) continue;
      this.#openStored(stored);
      return true;
    }
    return false;
  }

  /** Whether the plan has ended and every shard of the partition is committed. */
  async areCommitted(): Promise<boolean> {
    this.#end ??= await readEnd(this.#folder);
    if (!this.#end) return false;
    const shards = Math.ceil((this.#end.shards - this.#partition) / this.#partitions);
    return this.#committed.size >= Math.max(0, shards);
  }

  #openStored({ entry, sha256 }: StoredEntry): OpenShard {
    const known = this.#open.get(entry.shard);
    if (known) return known;
    const opened = { ledger: shardLedger(entry), entrySha256: sha256 };
    this.#open.set(entry.shard, opened);
    return opened;
  }

  get #firstMissing(): number {
    return this.#committed.firstMissing(this.#partition);
  }

  async #nextEntry(): Promise<StoredEntry | null> {
    this.#nextPlanned = this.#committed.firstMissing(this.#nextPlanned);
    return readEntry(this.#folder, this.#nextPlanned);
  }
}
