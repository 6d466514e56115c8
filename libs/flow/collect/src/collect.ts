/**
 * The collector of one partition of a stage. One life is one epoch, with a journal of its own.
 *
 *   starting    reads the journals of all other epochs
 *   collecting  takes batches, journals, acknowledges; commits every shard that misses nothing
 *   idle        nothing came: looks at the plan for shards with nothing to ask, at the other epochs' journals and at other
 *               collectors' manifests, so that twins, each with a half of the outcomes, finish together
 *   done        every shard of the partition has a manifest, and the plan has ended
 *
 * Opening a shard reads its plan entry. Only shards with outcomes are open, so memory does not grow with the corpus.
 */
import {
  type Clock,
  type Codec,
  type Journals,
  type JournalWriter,
  type Manifest,
  type OutcomeSource,
  type PlanEnd,
  partitionOf,
  RetryableError,
  type StageFile,
  type StagePaths,
  type Store,
  stagePaths,
  UnavailableError,
} from '@proofmill/contract';
import { journalView, type ShardLedger, shardLedger } from '@proofmill/merge';
import { askedChunks, readEnd, readEntry } from '@proofmill/plan';
import { commitShard } from './commit.ts';
import { type IngestCounts, ingestor } from './ingest.ts';
import { quarantineIn } from './quarantine.ts';

export interface CollectOptions {
  readonly stage: StageFile;
  readonly partition: number;
  readonly store: Store;
  readonly journals: Journals;
  readonly outcomes: OutcomeSource;
  readonly codec: Codec;
  readonly clock: Clock;
  readonly stop: AbortSignal;
  /** How long the transport may be away. */
  readonly transportDownMs: number;
  readonly onCommit?: (manifest: Manifest) => void;
  readonly onRefusal?: (reason: string) => void;
}

export interface Collected {
  readonly ended: 'done' | 'stopped';
  readonly counts: IngestCounts;
}

/** Batches taken at once: with batches of 256 KB, 4 MB between two syncs. */
const GROUP_BATCHES = 16;

/**
 * Collects until every shard of the partition is committed, or until `stop` fires. Rejects with UnavailableError when the
 * transport was away too long, IntegrityError when the output folder is not what it should be.
 */
export async function collectPartition(options: CollectOptions): Promise<Collected> {
  const { stage, partition, store, journals, outcomes, codec, clock, stop } = options;
  const paths: StagePaths = stagePaths(stage.definition.name);
  const counts: IngestCounts = { accepted: 0, duplicate: 0, late: 0, quarantined: 0 };
  const committed = new Set<number>();
  const open = new Map<number, { ledger: ShardLedger; entrySha256: string }>();
  let nextPlanned = partition;
  let end: PlanEnd | null = null;

  const openShard = async (shard: number): Promise<ShardLedger | 'committed' | 'unknown'> => {
    if (committed.has(shard)) return 'committed';
    const known = open.get(shard);
    if (known) return known.ledger;
    const stored = await readEntry(store, paths, shard);
    if (!stored) return 'unknown';
    const other = open.get(shard);
    if (other) return other.ledger;
    const ledger = shardLedger(stored.entry);
    open.set(shard, { ledger, entrySha256: stored.sha256 });
    return ledger;
  };
  const view = journalView({
    journals,
    partition,
    crc32: codec.crc32,
    ledgerOf: async (shard) => {
      const ledger = await openShard(shard);
      return typeof ledger === 'string' ? null : ledger;
    },
  });

  await noteManifests();
  // Nothing will be journalled: running a finished job again leaves the output folder as it is.
  if (await isDone()) return { ended: 'done', counts };
  let journalFailed = false;
  const journal = await journals.create(partition);
  const writer: JournalWriter = {
    ...journal,
    append: (bytes) => journal.append(bytes).catch(noteFailure),
    sync: () => journal.sync().catch(noteFailure),
  };
  try {
    await view.catchUp({ except: writer.epoch });
    const ingest = ingestor({
      stage,
      partition,
      codec,
      writer,
      view,
      counts,
      open: openShard,
      quarantine: quarantineIn(store, paths, partition, options.onRefusal ?? (() => undefined)),
    });
    let awaySinceMs: number | null = null;
    while (!stop.aborted) {
      await commitFull();
      if (await isDone()) return { ended: 'done', counts };
      try {
        const deliveries = await outcomes.pull(partition, GROUP_BATCHES, stop);
        awaySinceMs = null;
        if (deliveries.length > 0) await ingest(deliveries);
        else await lookAround();
      } catch (error) {
        // A journal that failed once is not to be trusted again: the next life has a new one.
        if (journalFailed) throw error;
        if (stop.aborted) break;
        if (!(error instanceof UnavailableError) && !(error instanceof RetryableError)) throw error;
        awaySinceMs ??= clock.now();
        if (clock.now() - awaySinceMs > options.transportDownMs) throw error;
        await clock.sleep(500, stop);
        await lookAround();
      }
    }
    return { ended: 'stopped', counts };
  } finally {
    await writer.close();
  }

  function noteFailure(error: unknown): never {
    journalFailed = true;
    throw error;
  }

  async function lookAround(): Promise<void> {
    await noteManifests();
    await commitDecidedShards();
    if (open.size > 0) await view.catchUp({ except: writer.epoch });
  }

  async function noteManifests(): Promise<void> {
    for (const path of await store.list(paths.manifests)) {
      const shard = Number(/(\d+)\.json$/.exec(path)?.[1]);
      if (partitionOf(shard, stage.partitions) !== partition) continue;
      committed.add(shard);
      open.delete(shard);
    }
  }

  /** Commits planned shards in which nothing is to be asked: no outcome will ever come for them. */
  async function commitDecidedShards(): Promise<void> {
    for (let stored = await nextEntry(); stored; stored = await nextEntry()) {
      if (askedChunks(stored.entry).length === 0) {
        await openShard(nextPlanned);
        await commitFull();
      }
      nextPlanned += stage.partitions;
    }
  }

  async function nextEntry() {
    while (committed.has(nextPlanned)) nextPlanned += stage.partitions;
    return readEntry(store, paths, nextPlanned);
  }

  async function commitFull(): Promise<void> {
    for (const [shard, { ledger, entrySha256 }] of open) {
      if (ledger.remaining > 0) continue;
      const manifest = await commitShard({
        sources: { store, journals, codec, stage, paths, partition },
        ledger,
        entrySha256,
        epoch: writer.epoch,
        cut: view.cut(),
      });
      committed.add(shard);
      open.delete(shard);
      options.onCommit?.(manifest);
    }
  }

  async function isDone(): Promise<boolean> {
    end ??= await readEnd(store, paths);
    if (!end) return false;
    const shards = Math.ceil((end.shards - partition) / stage.partitions);
    return committed.size >= Math.max(0, shards);
  }
}
