import { IntegrityError, type Journals, type JournalWriter, UnavailableError } from '@proofmill/contract';

/** Journals in memory. */
export interface MemoryJournals extends Journals {
  /** The unsynced bytes of a journal are gone, except for the first `keep` of them. */
  dropUnsynced(partition: number, epoch: number, keep: number): void;
  /** The same for all journals, as when a machine dies. */
  dropAllUnsynced(keep: () => number): void;
  /** Changes what a journal holds, as a bad disk does. */
  change(partition: number, epoch: number, changed: (bytes: Uint8Array) => Uint8Array): void;
  /** Journals of their own with what these hold now. */
  copy(): MemoryJournals;
  /** Makes the next sync of any writer fail: that writer is finished, as after a failed fdatasync. */
  breakSync(): void;
}

interface File {
  bytes: Uint8Array;
  synced: number;
  /** Null while it is not ended. */
  endedLength: number | null;
}

function dropFrom(file: File, keep: number): void {
  file.bytes = file.bytes.subarray(0, Math.min(file.bytes.length, file.synced + keep));
  file.synced = file.bytes.length;
}

export const memoryJournals = (): MemoryJournals => journalsIn(new Map());

function journalsIn(files: Map<string, File>): MemoryJournals {
  let isBroken = false;
  const key = (partition: number, epoch: number): string => `${partition}/${epoch}`;
  const epochs = (partition: number): number[] =>
    [...files.keys()]
      .filter((name) => name.startsWith(`${partition}/`))
      .map((name) => Number(name.split('/')[1]))
      .sort((a, b) => a - b);

  const fileOf = (partition: number, epoch: number): File => {
    const file = files.get(key(partition, epoch));
    if (!file) throw new IntegrityError(`there is no journal ${key(partition, epoch)}`);
    return file;
  };

  return {
    async create(partition): Promise<JournalWriter> {
      const epoch = (epochs(partition).at(-1) ?? 0) + 1;
      const file: File = { bytes: new Uint8Array(0), synced: 0, endedLength: null };
      files.set(key(partition, epoch), file);
      let ended: Error | null = null;
      const mustBeOpen = (): void => {
        if (ended) throw ended;
      };
      return {
        epoch,
        async append(bytes) {
          mustBeOpen();
          const position = file.bytes.length;
          file.bytes = Buffer.concat([file.bytes, bytes]);
          return position;
        },
        async sync() {
          mustBeOpen();
          if (isBroken) {
            isBroken = false;
            ended = new Error('the journal could not be made durable');
            throw ended;
          }
          if (file.endedLength !== null) {
            ended = new UnavailableError(
              'journal-ended',
              `journal ${key(partition, epoch)} was ended by another process`,
            );
            throw ended;
          }
          file.synced = file.bytes.length;
        },
        async close() {
          ended ??= new Error('the journal is closed');
        },
      };
    },

    async epochs(partition, after = 0) {
      return epochs(partition).filter((epoch) => epoch > after);
    },

    async end(partition, epoch) {
      const file = fileOf(partition, epoch);
      file.endedLength ??= file.bytes.length;
      file.synced = Math.max(file.synced, file.endedLength);
    },

    async lengthOfEnded(partition, epoch) {
      return fileOf(partition, epoch).endedLength;
    },

    async *read(partition, epoch, offset, length) {
      const file = fileOf(partition, epoch);
      // What was appended after the end is no part of the journal.
      const held = file.bytes.subarray(0, file.endedLength ?? file.bytes.length);
      file.synced = Math.max(file.synced, held.length);
      const bytes = held.subarray(offset, length === undefined ? held.length : offset + length);
      if (bytes.length > 0) yield bytes;
    },

    change(partition, epoch, changed) {
      const file = files.get(key(partition, epoch));
      if (file) file.bytes = changed(file.bytes);
    },

    copy: () => journalsIn(new Map([...files].map(([name, file]) => [name, { ...file }]))),

    breakSync() {
      isBroken = true;
    },

    dropUnsynced(partition, epoch, keep) {
      const file = files.get(key(partition, epoch));
      if (file) dropFrom(file, keep);
    },

    dropAllUnsynced(keep) {
      for (const file of files.values()) dropFrom(file, keep());
    },
  };
}
