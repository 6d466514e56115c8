/**
 * Takes batches of outcomes: checks every frame, appends what is new to the journal, syncs, and only then acknowledges. What
 * does not belong (another run, a wrong digest, out of range, damaged) is set aside and acknowledged.
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
import type { Quarantine } from './quarantine.ts';

export interface IngestCounts {
  accepted: number;
  duplicate: number;
  late: number;
  quarantined: number;
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
  /** The ledger of an open shard, `committed`, or `unknown` for a shard that is not planned. */
  readonly ledgerOf: (shard: number) => Promise<ShardLedger | 'committed' | 'unknown'>;
}

export function ingestor(options: IngestOptions): Ingest {
  return async (deliveries) => {
    const accepted = await admitAll(options, deliveries);
    if (accepted.length > 0) await journalAll(options, accepted);
    await Promise.all(deliveries.map(acknowledge));
  };
}

/** The frames to journal: each item's first one in this group. */
async function admitAll(options: IngestOptions, deliveries: readonly OutcomeDelivery[]): Promise<Accepted[]> {
  const accepted: Accepted[] = [];
  const inGroup = new Set<string>();
  for (const { batch } of deliveries) {
    const reader = frameReader(options.codec.crc32);
    for (const frame of reader.feed(batch)) {
      const ledger = await admit(options, frame);
      if (ledger === null) continue;
      const key = `${frame.shard}:${frame.index}:${frame.suspectDrive}`;
      if (inGroup.has(key)) options.counts.duplicate += 1;
      else {
        inGroup.add(key);
        accepted.push({ ledger, frame });
      }
    }
    if (reader.broken || reader.pending > 0) await refuse(options, batch, 'the batch is damaged');
  }
  return accepted;
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

/** The ledger that wants the frame, or null where it is known, late or does not belong. */
async function admit(options: IngestOptions, frame: Frame): Promise<ShardLedger | null> {
  const { stage, partition, counts } = options;
  const parsed = outcomeMessageSchema.safeParse(contentOf(frame));
  if (!parsed.success) return refuse(options, frame.bytes, 'it is not an outcome');
  const reason = strangeness(parsed.data, frame, stage, partition);
  if (reason !== null) return refuse(options, frame.bytes, reason);
  const { shard, index, itemDigest } = parsed.data;
  const ledger = await options.ledgerOf(shard);
  if (ledger === 'unknown') return refuse(options, frame.bytes, `shard ${shard} is not planned`);
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
