/**
 * Reads the journals of one partition forward, epoch by epoch, into the ledgers of the open shards: for the collector, which
 * commits, and for the coordinator and `status`, which want to know what is missing.
 */
import { type Journals, partitionOf } from '@proofmill/contract';
import { type Crc32, type Frame, type FrameReader, frameReader, type ShardLedger } from '@proofmill/merge';

export interface JournalView {
  /**
   * Reads what the journals of all epochs but `except` have beyond the last call; with `again`, all that they have. `waiting`: the next
   * outcome of some journal is that of a shard whose plan entry cannot be seen yet, and the next call resumes with it.
   */
  catchUp(options?: { except?: number; again?: boolean }): Promise<'all' | 'waiting'>;
  /** Notes that the caller's own journal was appended to and synced up to `bytes`. */
  noteOwn(epoch: number, bytes: number): void;
  /** How far each epoch's journal has been read, ascending. */
  cut(): { epoch: number; bytes: number }[];
}

/**
 * `ledgerOf` gives the ledger of any shard of the partition that is not committed, and null for a committed one. It opens shards
 * that have no ledger yet, since each frame is read only once. `unseen`: the shard has no entry here now, which a planner may be
 * making again, or have made a moment ago; the frame is kept. Frames of other partitions, in a journal that was put in the place of this one, are left out.
 */
export function journalView(options: {
  journals: Journals;
  partition: number;
  partitions: number;
  crc32: Crc32;
  ledgerOf: (shard: number) => Promise<ShardLedger | null | 'unseen'>;
  /** Called for a frame that gives an item of a ledger its first outcome, as far as is known; its bytes are valid during the call. */
  onOutcome?: (frame: Frame) => void;
  /** Called for a refusal that a ledger did not know; its bytes are valid during the call. */
  onRefusal?: (frame: Frame) => void;
}): JournalView {
  const { journals, partition, partitions, crc32, ledgerOf, onOutcome, onRefusal } = options;
  let readers = new Map<number, FrameReader>();
  const own = new Map<number, number>();

  /** Takes a frame into its ledger. False: its shard is not planned, and it is to be read again. */
  const take = async (epoch: number, frame: Frame): Promise<boolean> => {
    if (partitionOf(frame.shard, partitions) !== partition) return true;
    const ledger = await ledgerOf(frame.shard);
    if (ledger === 'unseen') return false;
    if (ledger === null) return true;
    const { remaining } = ledger;
    const isRefused = frame.kind === 'refusal' && !ledger.knows(frame);
    ledger.take(frame, { epoch, position: frame.position, length: frame.length });
    if (ledger.remaining !== remaining) onOutcome?.(frame);
    if (isRefused) onRefusal?.(frame);
    return true;
  };

  /** Reads one journal forward. False: up to a frame that cannot be taken yet. */
  const readOn = async (reading: Map<number, FrameReader>, epoch: number): Promise<boolean> => {
    const reader = reading.get(epoch) ?? frameReader(crc32);
    reading.set(epoch, reader);
    if (reader.broken) return true;
    reader.rewind();
    for await (const bytes of journals.read(partition, epoch, reader.position)) {
      for (const frame of reader.feed(bytes)) {
        let isTaken = false;
        try {
          isTaken = await take(epoch, frame);
        } finally {
          // The reader is past all frames of this piece; the next call resumes with the first one that was not taken.
          if (!isTaken) reading.set(epoch, frameReader(crc32, frame.position));
        }
        if (!isTaken) return false;
      }
    }
    return true;
  };

  return {
    async catchUp({ except, again = false } = {}) {
      // What was read before stands until all of it was read again: commits name how far it was.
      const reading = again ? new Map<number, FrameReader>() : readers;
      let isAll = true;
      for (const epoch of await journals.epochs(partition)) {
        if (epoch !== except) isAll = (await readOn(reading, epoch)) && isAll;
      }
      if (isAll) readers = reading;
      return isAll ? 'all' : 'waiting';
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
