/**
 * Reads the journals of one partition forward, epoch by epoch, into the ledgers of the open shards: for the collector, which
 * commits, and for the coordinator and `status`, which want to know what is missing.
 */
import type { Journals } from '@proofmill/contract';
import { type Crc32, type Frame, type FrameReader, frameReader, type ShardLedger } from '@proofmill/merge';

export interface JournalView {
  /** Reads what the journals of all epochs but `except` have beyond the last call. */
  catchUp(options?: { except?: number }): Promise<void>;
  /** Notes that the caller's own journal was appended to and synced up to `bytes`. */
  noteOwn(epoch: number, bytes: number): void;
  /** How far each epoch's journal has been read, ascending. */
  cut(): { epoch: number; bytes: number }[];
}

/**
 * `ledgerOf` gives the ledger of any shard that is not committed, and null for a committed one. It opens shards that have no
 * ledger yet, since each frame is read only once.
 */
export function journalView(options: {
  journals: Journals;
  partition: number;
  crc32: Crc32;
  ledgerOf: (shard: number) => Promise<ShardLedger | null>;
  /** Called for a frame that gives an item of a ledger its first outcome, as far as is known; its bytes are valid during the call. */
  onOutcome?: (frame: Frame) => void;
  /** Called for a refusal that a ledger did not know; its bytes are valid during the call. */
  onRefusal?: (frame: Frame) => void;
}): JournalView {
  const { journals, partition, crc32, ledgerOf, onOutcome, onRefusal } = options;
  const readers = new Map<number, FrameReader>();
  const own = new Map<number, number>();

  return {
    async catchUp({ except } = {}) {
      for (const epoch of await journals.epochs(partition)) {
        if (epoch === except) continue;
        const reader = readers.get(epoch) ?? frameReader(crc32);
        readers.set(epoch, reader);
        if (reader.broken) continue;
        reader.rewind();
        for await (const bytes of journals.read(partition, epoch, reader.position)) {
          for (const frame of reader.feed(bytes)) {
            const ledger = await ledgerOf(frame.shard).catch((error: unknown) => {
              // The reader is past all frames of this piece; the next call resumes with the first one that was not taken.
              readers.set(epoch, frameReader(crc32, frame.position));
              throw error;
            });
            if (!ledger) continue;
            const { remaining } = ledger;
            const isRefused = frame.kind === 'refusal' && !ledger.knows(frame);
            ledger.take(frame, { epoch, position: frame.position, length: frame.length });
            if (ledger.remaining !== remaining) onOutcome?.(frame);
            if (isRefused) onRefusal?.(frame);
          }
        }
      }
    },

    noteOwn(epoch, bytes) {
      own.set(epoch, bytes);
    },

    cut: () =>
      [...readers]
        .map(([epoch, reader]) => ({ epoch, bytes: reader.position }))
        .concat([...own].map(([epoch, bytes]) => ({ epoch, bytes })))
        .sort((a, b) => a.epoch - b.epoch),
  };
}
