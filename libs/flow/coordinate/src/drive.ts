/**
 * Drives the shards of a stage through the fleet: in order, a bounded window of them open at a time. A chunk is sent when, and
 * only when, this is known of it, asked in this order:
 *
 *   1. its subject has no message in the tasks stream: nobody will work on it, or whoever did has handed its outcomes over
 *   2. all outcomes stored by then have been acknowledged by the partition's collector: they are journalled
 *   3. the journals miss some of its items, and there is no manifest
 *
 * That is so for a chunk that was never sent, one whose message was lost, and one whose outcomes were lost. Time is no reason:
 * a fleet that is slow or suspended is waited for. The order matters: journals asked first may miss what arrives before the
 * stream is asked.
 */
import {
  type Clock,
  type Dispatch,
  IntegrityError,
  type Journals,
  type Manifest,
  partitionOf,
  RetryableError,
  type StageFile,
  type StagePaths,
  type Store,
  sha256,
  UnavailableError,
} from '@proofmill/contract';
import { type Crc32, type JournalView, journalView, type ShardLedger, shardLedger } from '@proofmill/merge';
import { askedChunks, nextTask, readEntry, readManifest } from '@proofmill/plan';
import type { PlanProgress } from './plan-progress.ts';

export interface DriveOptions {
  readonly stage: StageFile;
  readonly paths: StagePaths;
  readonly store: Store;
  readonly journals: Journals;
  readonly crc32: Crc32;
  readonly dispatch: Dispatch;
  /** Makes what the transport misses of this run, and tells it what it must know of others. */
  readonly openTransport: () => Promise<void>;
  readonly clock: Clock;
  readonly progress: PlanProgress;
  /** Shards that may be open at a time. */
  readonly window: number;
  readonly pollMs: number;
  readonly transportDownMs: number;
  readonly stop: AbortSignal;
  /** Called once for every shard, in the order of their commits; `false` stops the drive. */
  readonly onCommit: (manifest: Manifest) => boolean;
  /** Called at every look with the records that have an outcome, as far as is known. */
  readonly onProgress: (records: number) => void;
  /** Called when the transport begins to be away. */
  readonly onTrouble: (sentence: string) => void;
}

interface OpenShard {
  readonly ledger: ShardLedger;
  /** Chunks not yet known to be held. */
  readonly unresolved: Set<number>;
  readonly drives: Map<number, number>;
}

/** A question under way: these chunks had no message when the outcomes stood at `mark`. */
interface Inquiry {
  readonly mark: number;
  readonly absent: Map<number, number[]>;
}

/** `done` when every planned shard is committed, `stopped` when told so by `stop` or `onCommit`. */
export async function drive(options: DriveOptions): Promise<'done' | 'stopped'> {
  const { stage, paths, store, journals, crc32, dispatch, clock, progress, stop } = options;
  const open = new Map<number, OpenShard>();
  const committed = new Set<number>();
  const views = new Map<number, JournalView>();
  const inquiries = new Map<number, Inquiry>();
  let nextShard = 0;
  let committedRecords = 0;

  /** Opened by the window, or because a journal holds outcomes of it: those are read only once. */
  const openShard = async (shard: number): Promise<OpenShard | null> => {
    const known = open.get(shard);
    if (known) return known;
    if (committed.has(shard)) return null;
    const manifest = await readManifest(store, paths, shard);
    if (manifest) {
      noteCommit(manifest);
      return null;
    }
    const stored = await readEntry(store, paths, shard);
    if (!stored) throw new IntegrityError(`${paths.entry(shard)} is missing`);
    const opened = {
      ledger: shardLedger(stored.entry),
      unresolved: new Set(askedChunks(stored.entry)),
      drives: new Map(),
    };
    open.set(shard, opened);
    return opened;
  };

  const viewOf = (partition: number): JournalView => {
    let view = views.get(partition);
    if (!view) {
      view = journalView({
        journals,
        partition,
        crc32,
        ledgerOf: async (shard) => (await openShard(shard))?.ledger ?? null,
      });
      views.set(partition, view);
    }
    return view;
  };

  let goOn = true;
  const noteCommit = (manifest: Manifest): void => {
    open.delete(manifest.shard);
    if (committed.has(manifest.shard)) return;
    committed.add(manifest.shard);
    committedRecords += manifest.totals.records;
    goOn = options.onCommit(manifest) && goOn;
  };

  let made = false;
  let awaySinceMs: number | null = null;
  for (;;) {
    for (const shard of [...open.keys()]) {
      const manifest = await readManifest(store, paths, shard);
      if (manifest) noteCommit(manifest);
    }
    for (; open.size < options.window && nextShard < progress.planned; nextShard += 1) await openShard(nextShard);
    if (!goOn || stop.aborted) return 'stopped';
    if (progress.end && committed.size === progress.end.shards) return 'done';
    try {
      if (!made) await options.openTransport();
      made = true;
      await inquire();
      awaySinceMs = null;
    } catch (error) {
      if (!(error instanceof UnavailableError) && !(error instanceof RetryableError)) throw error;
      inquiries.clear();
      if (awaySinceMs === null) options.onTrouble(error.message);
      awaySinceMs ??= clock.now();
      if (clock.now() - awaySinceMs > options.transportDownMs) throw error;
      // What the transport lost is made again; what was in it is found missing by the same evidence as ever.
      if (error instanceof UnavailableError && error.code === 'stream-missing') made = false;
    }
    let held = 0;
    for (const { ledger } of open.values()) held += ledger.entry.records - ledger.remaining;
    options.onProgress(committedRecords + held);
    await clock.sleep(options.pollMs, stop);
  }

  async function inquire(): Promise<void> {
    await beginInquiries();
    for (const [partition, { mark, absent }] of inquiries) {
      if (!(await dispatch.drained(partition, mark))) continue;
      inquiries.delete(partition);
      await viewOf(partition).catchUp();
      for (const [shard, chunks] of absent) {
        if (!(await driveMissing(shard, chunks))) return;
      }
    }
  }

  async function beginInquiries(): Promise<void> {
    const begun = new Map<number, Map<number, number[]>>();
    for (const [shard, { unresolved }] of open) {
      const partition = partitionOf(shard, stage.partitions);
      if (inquiries.has(partition) || unresolved.size === 0) continue;
      const queued = await dispatch.queued(shard);
      const absent = [...unresolved].filter((chunk) => !queued.has(chunk));
      if (absent.length === 0) continue;
      const shards = begun.get(partition) ?? new Map<number, number[]>();
      begun.set(partition, shards.set(shard, absent));
    }
    if (begun.size === 0) return;
    const mark = await dispatch.mark();
    for (const [partition, absent] of begun) inquiries.set(partition, { mark, absent });
  }

  /** Sends what is missing of chunks that nobody works on. False when the stream has no room. */
  async function driveMissing(shard: number, chunks: readonly number[]): Promise<boolean> {
    const opened = open.get(shard);
    if (!opened) return true;
    const { ledger, unresolved, drives } = opened;
    const names = { run: stage.run, stageDigest: stage.stageDigest };
    const wanting = chunks.filter((chunk) => {
      if (ledger.missing(chunk).length > 0) return true;
      unresolved.delete(chunk);
      return false;
    });
    if (wanting.length === 0) return true;
    const manifest = await readManifest(store, paths, shard);
    if (manifest) {
      noteCommit(manifest);
      return true;
    }
    for (const chunk of wanting) {
      const header = nextTask(ledger, chunk, names, drives.get(chunk) ?? 0);
      const range = ledger.entry.chunks[chunk];
      if (!header || !range) continue;
      const frame = await store.read(paths.pack(shard), { offset: range.offset, length: range.bytes });
      if (!frame || sha256(frame) !== range.sha256) {
        throw new IntegrityError(`chunk ${chunk} of ${paths.pack(shard)} is not what the plan says`);
      }
      const answer = await dispatch.publish({ header, frame });
      if (answer === 'full') return false;
      if (answer === 'stored') drives.set(chunk, header.drive);
      if (stop.aborted) return false;
    }
    return true;
  }
}
