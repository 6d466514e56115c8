import type { JournalWriter } from '@proofmill/contract';

/** The journal of this life of the collector. */
export interface OwnJournal extends JournalWriter {
  /** A write or a sync failed. That is final: what was appended may or may not be durable, and the next life has a new journal. */
  readonly hasFailed: boolean;
}

export function ownJournal(writer: JournalWriter): OwnJournal {
  let hasFailed = false;
  const noteFailure = (error: unknown): never => {
    hasFailed = true;
    throw error;
  };
  return {
    epoch: writer.epoch,
    append: (bytes) => writer.append(bytes).catch(noteFailure),
    sync: () => writer.sync().catch(noteFailure),
    close: () => writer.close(),
    get hasFailed() {
      return hasFailed;
    },
  };
}
