/**
 * The collector of one partition of a stage. One life is one epoch, with a journal of its own.
 *
 *   starting    notes the manifests, reads the journals of all other epochs from the newest checkpoint on, and ends the earlier ones
 *   collecting  takes batches, journals, acknowledges; commits every shard that is complete
 *   idle        nothing came: looks at the plan for shards with nothing to ask, at the other epochs' journals and at other
 *               collectors' manifests, so that twins, each with a half of the outcomes, finish together. After a long time of it,
 *               the other journals are read from the beginning: a bad frame may have been one that was not visible as a whole yet
 *   outage      the transport is away: idle, until it is back or was away too long
 *   done        every shard of the partition has a manifest, and the plan has ended
 *
 * An epoch is over when a collector that started later has ended its journal: nothing is added to it, so once it is read nobody looks at it
 * again. Its writer is dead, as a rule. A living one, a twin, cannot acknowledge anything more; it begins its next life at once, and ends
 * no other journal in it, so that twins do not end each other for ever.
 *
 * A commit may find another frame in a journal than a checkpoint says, or an outcome may come that was asked for though this collector holds
 * one: the next life, at once, reads the journals from the beginning.
 */
import {
  type Clock,
  type Codec,
  IntegrityError,
  isTemporary,
  type Journals,
  type Manifest,
  type OutcomeDelivery,
  type OutcomeSource,
  outageOf,
  type Quiet,
  quietOf,
  type StageFile,
  type Store,
  standstill,
  UnavailableError,
} from '@proofmill/contract';
import { type JournalView, journalView, removeCheckpoints, stageFolder } from '@proofmill/folder';
import { Checkpointing, standardCheckpointBytes } from './checkpointing.ts';
import { commitShard } from './commit.ts';
import { type Ingest, type IngestCounts, ingestor } from './ingest.ts';
import { type OwnJournal, ownJournal } from './own-journal.ts';
import { PartitionShards } from './partition-shards.ts';
import { quarantineIn } from './quarantine.ts';
import type { ShardSources } from './shard-contents.ts';

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
  /** Bytes of journals between two checkpoints. Default: 64 MB. */
  readonly checkpointBytes?: number;
  /** Called with each commit of this collector, and how long it took. */
  readonly onCommit?: (manifest: Manifest, tookMs: number) => void;
  /** Called after each group of batches with what became of all outcomes so far. */
  readonly onIngest?: (counts: Readonly<IngestCounts>) => void;
  readonly onRefusal?: (reason: string) => void;
}

export interface Collected {
  readonly ended: 'done' | 'stopped';
  readonly counts: IngestCounts;
}

/** Batches taken at once: with batches of 256 KB, 4 MB between two syncs. */
const groupBatches = 16;

/** How long a failed pull is waited for. */
const outagePollMs = 500;

/** What one life of a collector works with. */
interface Life {
  readonly options: CollectOptions;
  readonly sources: ShardSources;
  readonly shards: PartitionShards;
  readonly journal: OwnJournal;
  /** The journals of all epochs, into the ledgers of the open shards. */
  readonly view: JournalView;
  readonly checkpoints: Checkpointing;
  readonly ingest: Ingest;
  /** How long nothing has come. */
  readonly quiet: Quiet;
  /** What became of outcomes in all lives. */
  readonly counts: IngestCounts;
  /** Until then what it holds is not doubted: the journals were read because of a doubt. */
  sureUntilMs: number;
  /** The journals have an outcome of a shard whose entry cannot be seen: it was removed and is being made again, or is not visible here yet. */
  isWaiting: boolean;
}

/**
 * Collects until every shard of the partition is committed, or until `stop` fires. Rejects with UnavailableError when the
 * transport was away too long, IntegrityError when the output folder is not what it should be.
 */
export async function collectPartition(options: CollectOptions): Promise<Collected> {
  const counts: IngestCounts = { accepted: 0, duplicate: 0, late: 0, quarantined: 0, unseen: 0 };
  let kind: KindOfLife = { endsOthers: true, usesCheckpoint: true, taken: [] };
  for (;;) {
    const ended = await live(options, kind, counts);
    if (typeof ended === 'string') return { ended, counts };
    kind = { ...kind, taken: [], isDoubted: false, ...ended };
  }
}

interface KindOfLife {
  /** Whether it ends the journals of other epochs. */
  readonly endsOthers: boolean;
  readonly usesCheckpoint: boolean;
  /** Batches that the life before has taken and could not journal. Without them, they would come again after the ack wait. */
  readonly taken: readonly OutcomeDelivery[];
  /** Whether they had put in doubt what the life before held. */
  readonly isDoubted?: boolean;
}

/** Of the time of a collector that doubts what it holds, one part of so many at most goes into reading the journals again. */
const mostDoubt = 10;

/** One life. Gives how the next one differs, where it has to begin at once. */
async function live(
  options: CollectOptions,
  kind: KindOfLife,
  counts: IngestCounts,
): Promise<Collected['ended'] | Partial<KindOfLife>> {
  const { stage, partition, store, journals } = options;
  const shards = new PartitionShards(stageFolder(store, stage.definition.name, stage.run), stage, partition);
  await shards.noteCommits();
  // Nothing will be journalled: running a finished job again leaves the output folder as it is.
  if (await shards.areCommitted()) return 'done';
  const journal = ownJournal(await journals.create(partition));
  const life = lifeOf(options, shards, journal, kind, counts);
  const { clock } = options;
  const beginMs = clock.now();
  try {
    await readOtherEpochs(life);
    if (kind.endsOthers && (await endOthers(life)) > 0) await readOtherEpochs(life);
    if (kind.isDoubted) life.sureUntilMs = clock.now() + (mostDoubt - 1) * (clock.now() - beginMs);
    return await collect(life, kind);
  } catch (error) {
    const { folder } = life.sources;
    const isOfJournals = error instanceof IntegrityError && error.object === folder.paths.journal(partition);
    if (!isOfJournals || !life.checkpoints.isBuiltOn) throw error;
    return await withoutCheckpoint(life);
  } finally {
    await journal.close();
  }
}

/** The next life reads the journals from the beginning. */
async function withoutCheckpoint({ sources }: Life, doubted: Partial<KindOfLife> = {}): Promise<Partial<KindOfLife>> {
  await removeCheckpoints(sources.folder, sources.partition);
  return { usesCheckpoint: false, ...doubted };
}

/** Ends the journals of earlier epochs, where that was not done before. Gives their number. */
async function endOthers({ options, journal, view }: Life): Promise<number> {
  const open = view.cut().filter(({ epoch }) => epoch < journal.epoch && !view.isOver(epoch));
  for (const { epoch } of open) await options.journals.end(options.partition, epoch);
  return open.length;
}

function lifeOf(
  options: CollectOptions,
  shards: PartitionShards,
  journal: OwnJournal,
  { usesCheckpoint }: KindOfLife,
  counts: IngestCounts,
): Life {
  const { stage, partition, store, journals, codec, clock, onRefusal = () => undefined } = options;
  const folder = stageFolder(store, stage.definition.name, stage.run);
  const { checkpointBytes: everyBytes = standardCheckpointBytes } = options;
  const { epoch } = journal;
  const checkpoints = new Checkpointing({ folder, stage, partition, shards, epoch, everyBytes });
  const view = journalView({
    journals,
    partition,
    partitions: stage.partitions,
    crc32: codec.crc32,
    checkpoint: async (epochs) => (usesCheckpoint ? checkpoints.newest(epochs) : null),
    async ledgerOf(shard) {
      const ledger = await shards.ledgerOf(shard);
      if (ledger === 'unseen') return ledger;
      return typeof ledger === 'string' ? null : ledger;
    },
  });
  const ingest = ingestor({
    stage,
    partition,
    codec,
    journal,
    view,
    counts,
    ledgerOf: (shard) => shards.ledgerOf(shard),
    quarantine: quarantineIn(folder, partition, onRefusal),
  });
  return {
    options,
    sources: { folder, journals, codec, stage, partition },
    shards,
    journal,
    view,
    checkpoints,
    ingest,
    quiet: quietOf(standstill, clock.now()),
    counts,
    sureUntilMs: clock.now(),
    isWaiting: false,
  };
}

async function collect(
  life: Life,
  { taken, isDoubted = false }: KindOfLife,
): Promise<Collected['ended'] | Partial<KindOfLife>> {
  const { options, shards, journal, view, checkpoints, ingest, quiet } = life;
  const { outcomes, partition, clock, stop } = options;
  const outage = outageOf({ longestMs: options.transportDownMs });
  let deliveries = taken;
  let isSure = isDoubted;
  while (!stop.aborted) {
    await commitFull(life);
    if (await shards.areCommitted()) return 'done';
    await checkpoints.writeIfDue(view);
    try {
      if (deliveries.length === 0) deliveries = await outcomes.pull(partition, groupBatches, stop);
      outage.succeeded();
      if (deliveries.length === 0) await lookAround(life);
      else {
        quiet.news(clock.now());
        const inDoubt = await ingest(deliveries, { isSure: isSure || clock.now() < life.sureUntilMs });
        options.onIngest?.(life.counts);
        if (inDoubt.length > 0) return await withoutCheckpoint(life, { taken: inDoubt, isDoubted: true });
        isSure = false;
        deliveries = [];
      }
    } catch (error) {
      if (isEnded(error)) return { endsOthers: false, taken: deliveries };
      deliveries = [];
      // A journal that failed once is not to be trusted again: the next life has a new one.
      if (journal.hasFailed) throw error;
      if (stop.aborted) break;
      if (!isTemporary(error) || outage.failed(clock.now()) === 'give up') throw error;
      await clock.sleep(outagePollMs, stop);
      await lookAround(life);
    }
  }
  return 'stopped';
}

const isEnded = (error: unknown): boolean => error instanceof UnavailableError && error.code === 'journal-ended';

/** What others have done meanwhile, and what needs no outcome. */
async function lookAround(life: Life): Promise<void> {
  const { options, shards, quiet } = life;
  await shards.noteOtherCommits();
  while (await shards.openDecided()) await commitFull(life);
  const again = quiet.due(options.clock.now()) !== null;
  if (shards.hasOpen || life.isWaiting) await readOtherEpochs(life, { again });
}

const readOtherEpochs = async (life: Life, { again = false } = {}): Promise<void> => {
  life.isWaiting = (await life.view.catchUp({ except: life.journal.epoch, again })) === 'waiting';
};

async function commitFull({ options, sources, shards, journal, view }: Life): Promise<void> {
  const { clock } = options;
  for (const { ledger, entrySha256 } of shards.full()) {
    const beganMs = clock.now();
    const manifest = await commitShard({ sources, ledger, entrySha256, epoch: journal.epoch, cut: view.cut() });
    shards.noteCommit(manifest.shard);
    options.onCommit?.(manifest, clock.now() - beganMs);
  }
}
