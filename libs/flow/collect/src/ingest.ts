/**
 * Takes batches of outcomes: checks every frame, appends what is new to the journal, syncs, and only then acknowledges. What
 * does not belong (another run, a wrong digest, out of range, damaged) is set aside and acknowledged.
 */
import {
  type Codec,
  type JournalWriter,
  type OutcomeDelivery,
  outcomeMessageSchema,
  partitionOf,
  RetryableError,
  type StageFile,
  UnavailableError,
} from '@proofmill/contract';
import { type Frame, frameContent, frameReader, type JournalView, type ShardLedger } from '@proofmill/merge';
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
  readonly bytes: Uint8Array;
}

export function ingestor(options: {
  stage: StageFile;
  partition: number;
  codec: Codec;
  writer: JournalWriter;
  view: JournalView;
  quarantine: Quarantine;
  counts: IngestCounts;
  /** The ledger of an open shard, `committed`, or `unknown` for a shard that is not planned. */
  open: (shard: number) => Promise<ShardLedger | 'committed' | 'unknown'>;
}): Ingest {
  const { stage, partition, codec, writer, view, quarantine, counts, open } = options;

  return async (deliveries) => {
    const accepted: Accepted[] = [];
    const inGroup = new Set<string>();
    for (const { batch } of deliveries) {
      const reader = frameReader(codec.crc32);
      for (const frame of reader.feed(batch)) {
        const ledger = await admit(frame);
        if (ledger === null) continue;
        const key = `${frame.shard}:${frame.index}:${frame.suspectDrive}`;
        if (inGroup.has(key)) counts.duplicate += 1;
        else {
          inGroup.add(key);
          accepted.push({ ledger, frame, bytes: frame.bytes });
        }
      }
      if (reader.broken || reader.pending > 0) await refuse(batch, 'the batch is damaged');
    }
    if (accepted.length > 0) {
      const bytes = Buffer.concat(accepted.map((one) => one.bytes));
      let position = await writer.append(bytes);
      await writer.sync();
      for (const { ledger, frame } of accepted) {
        ledger.take(frame.index, frame.suspectDrive, { epoch: writer.epoch, position, length: frame.length });
        position += frame.length;
      }
      view.noteOwn(writer.epoch, position);
      counts.accepted += accepted.length;
    }
    await Promise.all(deliveries.map(acknowledge));
  };

  /** The ledger that wants the frame, or null where it is known, late or does not belong. */
  async function admit(frame: Frame): Promise<ShardLedger | null> {
    const parsed = outcomeMessageSchema.safeParse(contentOf(frame));
    if (!parsed.success) return refuse(frame.bytes, 'it is not an outcome');
    const { run, shard, index, itemDigest, body } = parsed.data;
    if (run !== stage.run) return refuse(frame.bytes, `it belongs to run ${run}`);
    if (shard !== frame.shard || index !== frame.index) return refuse(frame.bytes, 'head and content differ');
    if ((body.type === 'suspect' ? Math.min(body.drive, 0xffff) : 0) !== frame.suspectDrive) {
      return refuse(frame.bytes, 'head and content differ');
    }
    if (body.type === 'done' && (stage.definition.kind === 'label' ? !body.label : !body.proof)) {
      return refuse(frame.bytes, `it is not an outcome of a ${stage.definition.kind} stage`);
    }
    if (partitionOf(shard, stage.partitions) !== partition) return refuse(frame.bytes, 'it is of another partition');
    const ledger = await open(shard);
    if (ledger === 'unknown') return refuse(frame.bytes, `shard ${shard} is not planned`);
    if (ledger === 'committed') {
      counts.late += 1;
      return null;
    }
    if (!ledger.matches(index, itemDigest)) return refuse(frame.bytes, 'its digest is not that of the planned item');
    const known =
      ledger.holding(index).state !== 'missing' ||
      (frame.suspectDrive > 0 && ledger.accused(index, frame.suspectDrive));
    if (known) counts.duplicate += 1;
    return known ? null : ledger;
  }

  async function refuse(bytes: Uint8Array, reason: string): Promise<null> {
    counts.quarantined += 1;
    await quarantine(bytes, reason);
    return null;
  }
}

function contentOf(frame: Frame): unknown {
  try {
    return frameContent(frame.bytes);
  } catch {
    return undefined;
  }
}

/** A lost acknowledgement costs a delivery more, nothing else: the outcomes are known by then. */
async function acknowledge(delivery: OutcomeDelivery): Promise<void> {
  try {
    await delivery.acknowledge();
  } catch (error) {
    if (!(error instanceof RetryableError) && !(error instanceof UnavailableError)) throw error;
  }
}
