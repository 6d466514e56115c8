/**
 * Reads the journals of one partition forward, epoch by epoch, into the ledgers of the open shards: for the collector, which
 * commits, and for the coordinator and `status`, which want to know what is missing.
 */
import { type Checkpoint, type Journals, partitionOf } from '@proofmill/contract';
import { type Crc32, type Frame, type FrameReader, frameReader, knownFrames, type ShardLedger } from '@proofmill/merge';

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
  /** The sum of it. */
  readonly bytes: number;
  /** Whether the journal of an epoch was ended, and is read to its end. */
  isOver(epoch: number): boolean;
}

export interface JournalViewOptions {
  readonly journals: Journals;
  readonly partition: number;
  readonly partitions: number;
  readonly crc32: Crc32;
  /**
   * Gives the ledger of any shard of the partition that is not committed, and null for a committed one. It opens shards that have no ledger
   * yet, since each frame is read only once. `unseen`: the shard has no entry here now, which a planner may be making again, or have made
   * a moment ago; the frame is kept.
   */
  readonly ledgerOf: (shard: number) => Promise<ShardLedger | null | 'unseen'>;
  /** What the first call begins with, given the epochs that exist; null, or left out: the beginning of the journals. */
  readonly checkpoint?: (epochs: readonly number[]) => Promise<Checkpoint | null>;
  /** Called for a frame that gives an item of a ledger its first outcome, as far as is known; its bytes are valid during the call. */
  readonly onOutcome?: (frame: Frame) => void;
  /** Called for a refusal that a ledger did not know; its bytes are valid during the call. */
  readonly onRefusal?: (frame: Frame) => void;
}

/** How far a view has read. */
interface Reading {
  readonly readers: Map<number, FrameReader>;
  /** Journals that were ended and are read to their end: nobody looks at them again. */
  readonly over: Set<number>;
  /** The newest epoch that was listed; 0 before the first listing. */
  newest: number;
}

const fromTheBeginning = (): Reading => ({ readers: new Map(), over: new Set(), newest: 0 });

/** Journals that are being read ahead of their turn: on an object store each one takes requests, which take time. */
const mostAhead = 4;

/**
 * Frames of other partitions, in a journal that was put in the place of this one, are left out. A call costs what is new, however many
 * epochs there were: it reads those that may have grown, which are those of living collectors and of the last one that died.
 */
export function journalView(options: JournalViewOptions): JournalView {
  const { journals, partition, crc32 } = options;
  let current = fromTheBeginning();
  let isBegun = false;
  const own = new Map<number, number>();

  /** The epochs to look at, ascending. Those that are new have a reader from now on. */
  const epochsToRead = async (reading: Reading, except?: number): Promise<number[]> => {
    const { readers, over, newest } = reading;
    for (const epoch of newest === 0 ? await journals.epochs(partition) : await journals.epochs(partition, newest)) {
      if (epoch !== except && !readers.has(epoch)) readers.set(epoch, frameReader(crc32));
      reading.newest = Math.max(reading.newest, epoch);
    }
    const mayHaveGrown = [...readers].filter(([epoch, { broken }]) => !broken && !over.has(epoch));
    return mayHaveGrown.map(([epoch]) => epoch).sort((a, b) => a - b);
  };

  const resume = async (reading: Reading, epochs: readonly number[]): Promise<void> => {
    const found = (await options.checkpoint?.(epochs)) ?? null;
    if (found && (await takeKnown(found, options.ledgerOf))) {
      for (const { epoch, bytes, isOver } of found.cut) {
        reading.readers.set(epoch, frameReader(crc32, bytes));
        if (isOver) reading.over.add(epoch);
      }
    }
  };

  return {
    async catchUp({ except, again = false } = {}) {
      // What was read before stands until all of it was read again: commits name how far it was.
      const reading = again ? fromTheBeginning() : current;
      let epochs = await epochsToRead(reading, except);
      if (!isBegun && !again) {
        await resume(reading, epochs);
        epochs = epochs.filter((epoch) => !reading.over.has(epoch));
      }
      isBegun = true;
      const isAll = await readAll(options, reading, epochs);
      if (isAll) current = reading;
      return isAll ? 'all' : 'waiting';
    },

    noteOwn(epoch, bytes) {
      own.set(epoch, bytes);
    },

    cut: () =>
      [...current.readers]
        .map(([epoch, reader]) => ({ epoch, bytes: reader.position }))
        .concat([...own].map(([epoch, bytes]) => ({ epoch, bytes })))
        .sort((a, b) => a.epoch - b.epoch),

    get bytes() {
      let sum = 0;
      for (const { position } of current.readers.values()) sum += position;
      for (const position of own.values()) sum += position;
      return sum;
    },

    isOver: (epoch) => current.over.has(epoch),
  };
}

/** Enters what a checkpoint knows in the ledgers. False: not all of it, since a shard has no entry now. */
async function takeKnown({ shards }: Checkpoint, ledgerOf: JournalViewOptions['ledgerOf']): Promise<boolean> {
  for (const { shard, frames } of shards) {
    const ledger = await ledgerOf(shard);
    if (ledger === 'unseen') return false;
    if (ledger === null) continue;
    for (const { frame, place } of knownFrames(Buffer.from(frames, 'base64'))) ledger.take(frame, place);
  }
  return true;
}

/** Reads journals forward, one after the other, and asks for the next few ahead. False: one has a frame that cannot be taken yet. */
async function readAll(options: JournalViewOptions, reading: Reading, epochs: readonly number[]): Promise<boolean> {
  const { journals, partition } = options;
  const begun: Begun[] = [];
  let isAll = true;
  try {
    for (const [turn, epoch] of epochs.entries()) {
      for (const next of epochs.slice(begun.length, turn + mostAhead)) {
        const { readers } = reading;
        readers.get(next)?.rewind();
        begun.push(begin(journals.read(partition, next, readers.get(next)?.position ?? 0)));
      }
      isAll = (await readOn(options, reading, epoch, piecesOf(begun[turn]))) && isAll;
    }
  } finally {
    for (const { pieces } of begun) void pieces.return?.()?.catch(() => undefined);
  }
  return isAll;
}

/** Reads one journal forward. False: up to a frame that cannot be taken yet. */
async function readOn(
  options: JournalViewOptions,
  { readers, over }: Reading,
  epoch: number,
  pieces: AsyncIterable<Uint8Array>,
): Promise<boolean> {
  const { journals, partition, crc32 } = options;
  const reader = readers.get(epoch) ?? frameReader(crc32);
  for await (const bytes of pieces) {
    for (const frame of reader.feed(bytes)) {
      let isTaken = false;
      try {
        isTaken = await take(options, epoch, frame);
      } finally {
        // The reader is past all frames of this piece; the next call resumes with the first one that was not taken.
        if (!isTaken) readers.set(epoch, frameReader(crc32, frame.position));
      }
      if (!isTaken) return false;
    }
  }
  // Asked after the reading: what is there by then was acknowledged, and is read now or with the next call.
  const length = await journals.lengthOfEnded(partition, epoch);
  if (length !== null && (reader.broken || reader.position + reader.pending >= length)) over.add(epoch);
  return true;
}

/** Takes a frame into its ledger. False: its shard is not planned, and it is to be read again. */
async function take(options: JournalViewOptions, epoch: number, frame: Frame): Promise<boolean> {
  if (partitionOf(frame.shard, options.partitions) !== options.partition) return true;
  const ledger = await options.ledgerOf(frame.shard);
  if (ledger === 'unseen') return false;
  if (ledger === null) return true;
  const { remaining } = ledger;
  const isRefused = frame.kind === 'refusal' && !ledger.knows(frame);
  ledger.take(frame, { epoch, position: frame.position, length: frame.length });
  if (ledger.remaining !== remaining) options.onOutcome?.(frame);
  if (isRefused) options.onRefusal?.(frame);
  return true;
}

/** A journal whose first piece is on its way. */
interface Begun {
  readonly pieces: AsyncIterator<Uint8Array>;
  readonly first: Promise<IteratorResult<Uint8Array>>;
}

function begin(journal: AsyncIterable<Uint8Array>): Begun {
  const pieces = journal[Symbol.asyncIterator]();
  const first = pieces.next();
  // Its error is thrown when its turn comes; there may be none any more.
  first.catch(() => undefined);
  return { pieces, first };
}

async function* piecesOf(begun: Begun | undefined): AsyncGenerator<Uint8Array> {
  if (!begun) return;
  for (let next = await begun.first; !next.done; next = await begun.pieces.next()) yield next.value;
}
