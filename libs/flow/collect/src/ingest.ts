/**
 * Takes batches of outcomes: checks every frame, appends what is new to the journal, syncs, and only then acknowledges. What
 * does not belong (another run, a wrong digest, out of range, damaged) is set aside and acknowledged. A batch with an outcome of a
 * shard that cannot be seen yet is not acknowledged: it comes again.
 *
 * An outcome is validated here because it must not be journalled otherwise: the first one of an item counts. What is appended
 * are the bytes as they came; the commit reads them from the disk.
 */
import {
  type Codec,
  isTemporary,
  type JournalWriter,
  type OutcomeDelivery,
  type OutcomeMessage,
  outcomeMessageSchema,
  partitionOf,
  type StageFile,
} from '@proofmill/contract';
import type { JournalView } from '@proofmill/folder';
import { type Frame, frameContent, frameReader, type ShardLedger } from '@proofmill/merge';
import type { PartitionShards } from './partition-shards.ts';
import type { Quarantine } from './quarantine.ts';

export interface IngestCounts {
  accepted: number;
  duplicate: number;
  late: number;
  quarantined: number;
  /** Batches that were left for later, since a shard of theirs could not be seen yet. */
  unseen: number;
}

/** Resolves when all that was new is durable and the batches are acknowledged. */
export type Ingest = (deliveries: readonly OutcomeDelivery[]) => Promise<void>;

interface Accepted {
  readonly ledger: ShardLedger;
  readonly frame: Frame;
}

interface IngestOptions {
  readonly stage: StageFile;
  readonly partition: number;
  readonly codec: Codec;
  readonly journal: JournalWriter;
  readonly view: JournalView;
  readonly quarantine: Quarantine;
  readonly counts: IngestCounts;
  readonly ledgerOf: PartitionShards['ledgerOf'];
}

export function ingestor(options: IngestOptions): Ingest {
  return async (deliveries) => {
    const { accepted, whole } = await admitAll(options, deliveries);
    if (accepted.length > 0) await journalAll(options, accepted);
    await Promise.all(whole.map(acknowledge));
  };
}

interface Admitted {
  /** The frames to journal: each item's first one in this group. */
  readonly accepted: readonly Accepted[];
  /** The batches in which nothing has to wait. */
  readonly whole: readonly OutcomeDelivery[];
}

async function admitAll(options: IngestOptions, deliveries: readonly OutcomeDelivery[]): Promise<Admitted> {
  const accepted: Accepted[] = [];
  const whole: OutcomeDelivery[] = [];
  const inGroup = new Set<string>();
  for (const delivery of deliveries) {
    const { batch } = delivery;
    let mustWait = false;
    const reader = frameReader(options.codec.crc32);
    for (const frame of reader.feed(batch)) {
      const ledger = await admit(options, frame);
      mustWait ||= ledger === 'unseen';
      if (ledger === null || ledger === 'unseen') continue;
      const key = `${frame.shard}:${frame.index}:${frame.suspectDrive}`;
      if (inGroup.has(key)) options.counts.duplicate += 1;
      else {
        inGroup.add(key);
        accepted.push({ ledger, frame });
      }
    }
    if (reader.broken || reader.pending > 0) await refuse(options, batch, 'the batch is damaged');
    if (mustWait) options.counts.unseen += 1;
    else whole.push(delivery);
  }
  return { accepted, whole };
}

/** Appends and syncs, and only then enters the frames in their ledgers: a shard is committed from what is durable. */
async function journalAll({ journal, view, counts }: IngestOptions, accepted: readonly Accepted[]): Promise<void> {
  let position = await journal.append(Buffer.concat(accepted.map(({ frame }) => frame.bytes)));
  await journal.sync();
  for (const { ledger, frame } of accepted) {
    ledger.take(frame.index, frame.suspectDrive, { epoch: journal.epoch, position, length: frame.length });
    position += frame.length;
  }
  view.noteOwn(journal.epoch, position);
  counts.accepted += accepted.length;
}

/** The ledger that wants the frame; null where it is known, late or does not belong; `unseen` where it has to wait. */
async function admit(options: IngestOptions, frame: Frame): Promise<ShardLedger | 'unseen' | null> {
  const { stage, partition, counts } = options;
  const parsed = outcomeMessageSchema.safeParse(contentOf(frame));
  if (!parsed.success) return refuse(options, frame.bytes, 'it is not an outcome');
  const reason = strangeness(parsed.data, frame, stage, partition);
  if (reason !== null) return refuse(options, frame.bytes, reason);
  const { shard, index, itemDigest } = parsed.data;
  const ledger = await options.ledgerOf(shard);
  if (ledger === 'unseen') return ledger;
  if (ledger === 'unplanned') return refuse(options, frame.bytes, `shard ${shard} is not planned`);
  if (ledger === 'committed') {
    counts.late += 1;
    return null;
  }
  if (!ledger.matches(index, itemDigest)) {
    return refuse(options, frame.bytes, 'its digest is not that of the planned item');
  }
  const isKnown =
    ledger.holding(index).state !== 'missing' || (frame.suspectDrive > 0 && ledger.accused(index, frame.suspectDrive));
  if (isKnown) counts.duplicate += 1;
  return isKnown ? null : ledger;
}

/** Why an outcome does not belong to this partition of this stage, whatever the plan says; null where it may. */
function strangeness(outcome: OutcomeMessage, frame: Frame, stage: StageFile, partition: number): string | null {
  const { run, shard, index, body } = outcome;
  if (run !== stage.run) return `it belongs to run ${run}`;
  const suspectDrive = body.type === 'suspect' ? Math.min(body.drive, 0xffff) : 0;
  if (shard !== frame.shard || index !== frame.index || suspectDrive !== frame.suspectDrive) {
    return 'head and content differ';
  }
  if (body.type === 'done' && (stage.definition.kind === 'label' ? !body.label : !body.proof)) {
    return `it is not an outcome of a ${stage.definition.kind} stage`;
  }
  return partitionOf(shard, stage.partitions) === partition ? null : 'it is of another partition';
}

async function refuse({ counts, quarantine }: IngestOptions, bytes: Uint8Array, reason: string): Promise<null> {
  counts.quarantined += 1;
  await quarantine(bytes, reason);
  return null;
}

function contentOf(frame: Frame): unknown {
  try {
    return frameContent(frame.bytes);
  } catch {
    return undefined;
  }
}

/** A lost acknowledgement costs one more delivery and nothing else: its outcomes are duplicates then. */
async function acknowledge(delivery: OutcomeDelivery): Promise<void> {
  try {
    await delivery.acknowledge();
  } catch (error) {
    if (!isTemporary(error)) throw error;
  }
}
