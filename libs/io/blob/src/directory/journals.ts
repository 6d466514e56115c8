import { constants } from 'node:fs';
import { type FileHandle, open, readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { IntegrityError, type Journals, type JournalWriter } from '@proofmill/contract';
import { createCallQueue } from '../call-queue.ts';
import { endedElsewhere } from '../ended-journal.ts';
import { placeOf } from '../object-path.ts';
import { diskError, errnoOf } from './disk-error.ts';
import { type Endings, endingsIn, fileOf, markOf, sizeOf } from './endings.ts';
import { readPieces, writeAll } from './file-bytes.ts';
import { type Folders, foldersOf, syncFolder } from './folders.ts';

const filePattern = /^(\d{5,})\.journal$/;

/**
 * Journals as files `<partition folder>/<epoch, 5 digits>.journal`; `pathOfPartition` gives the folder relative to `root`.
 * `sync` lets tests fail a disk.
 *
 * endings.ts has how a journal is ended. A reader that finds the mark after it has looked at the size reads up to the length that was noted;
 * where it does not, that length will be no less.
 */
export function directoryJournals(
  root: string,
  pathOfPartition: (partition: number) => string,
  { sync = (handle) => handle.datasync() }: { sync?: (handle: FileHandle) => Promise<void> } = {},
): Journals {
  const base = resolve(root);
  const folders = foldersOf(base);
  const folderOf = (partition: number): string => placeOf(base, pathOfPartition(partition));
  const endings = endingsIn(base, folders, pathOfPartition);
  return {
    epochs: async (partition, after = 0) =>
      after === 0 ? epochsIn(folderOf(partition), folders) : epochsAfter(folderOf(partition), after),
    create: async (partition) => createJournal(folderOf(partition), folders, sync),
    async *read(partition, epoch, offset, length) {
      const journal = { folder: folderOf(partition), folders, endings, partition, epoch };
      yield* readJournal(journal, offset, length);
    },
    ...endings,
  };
}

/** Epochs have no gap above one that exists: a creator takes the next free one. */
async function epochsAfter(folder: string, after: number): Promise<number[]> {
  const found: number[] = [];
  for (let epoch = after + 1; (await sizeOf(join(folder, fileOf(epoch)))) !== null; epoch += 1) found.push(epoch);
  return found;
}

async function epochsIn(folder: string, folders: Folders): Promise<number[]> {
  try {
    if (!(await folders.exists(folder))) return [];
    const matches = (await readdir(folder)).map((name) => filePattern.exec(name)?.[1]);
    return matches.flatMap((epoch) => (epoch === undefined ? [] : [Number(epoch)])).sort((a, b) => a - b);
  } catch (error) {
    throw diskError(error, `list ${folder}`);
  }
}

async function createJournal(
  folder: string,
  folders: Folders,
  sync: (handle: FileHandle) => Promise<void>,
): Promise<JournalWriter> {
  try {
    await folders.make(folder);
    for (let epoch = ((await epochsIn(folder, folders)).at(-1) ?? 0) + 1; ; epoch += 1) {
      const path = join(folder, fileOf(epoch));
      const handle = await open(path, 'wx').catch((error: unknown) => {
        if (errnoOf(error) === 'EEXIST') return null;
        throw error;
      });
      if (handle === null) continue;
      // If the name were not durable, a synced journal could be lost with all of its bytes.
      await syncFolder(folder);
      const isEnded = async (): Promise<boolean> => (await sizeOf(join(folder, markOf(epoch)))) !== null;
      return writerOf(handle, { epoch, path, sync, isEnded });
    }
  } catch (error) {
    throw diskError(error, `make a journal in ${folder}`);
  }
}

interface WriterOptions {
  readonly epoch: number;
  readonly path: string;
  readonly sync: (handle: FileHandle) => Promise<void>;
  /** Whether somebody has ended the journal. */
  readonly isEnded: () => Promise<boolean>;
}

/**
 * The only writer of a file. After a failed write the end of the file is unknown. After a failed sync the system has dropped
 * the pages and would report success the next time. So the first failure is final.
 */
function writerOf(handle: FileHandle, { epoch, path, sync, isEnded }: WriterOptions): JournalWriter {
  const queue = createCallQueue(path);
  let end = 0;
  let closing: Promise<void> | undefined;

  const run = <T>(attempt: string, call: () => Promise<T>): Promise<T> =>
    queue.run(async () => {
      try {
        return await call();
      } catch (error) {
        throw diskError(error, `${attempt} ${path}`);
      }
    });

  return {
    epoch,
    append: (bytes) =>
      run('append to', async () => {
        const position = end;
        await writeAll(handle, bytes, position);
        end += bytes.length;
        return position;
      }),
    sync: () =>
      run('sync', async () => {
        await sync(handle);
        if (await isEnded()) throw endedElsewhere(path);
      }),
    close: () => {
      closing ??= queue.close().then(() => handle.close());
      return closing;
    },
  };
}

interface Journal {
  readonly folder: string;
  readonly folders: Folders;
  readonly endings: Endings;
  readonly partition: number;
  readonly epoch: number;
}

async function* readJournal(
  { folder, folders, endings, partition, epoch }: Journal,
  offset: number,
  length?: number,
): AsyncGenerator<Uint8Array> {
  const path = join(folder, fileOf(epoch));
  let handle: FileHandle;
  try {
    if (!(await folders.exists(folder))) throw new IntegrityError(`${path} is missing`);
    handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') throw new IntegrityError(`${path} is missing`, { cause: error });
    throw diskError(error, `read ${path}`);
  }
  try {
    const { size } = await handle.stat();
    // The writer may die before its own sync, and a reader acts on what it reads (it commits a shard, or does not drive a chunk
    // again). So the bytes up to `size` are made durable before the reader gets any of them. The size comes first, so that
    // reading ends even while the writer appends.
    await handle.datasync();
    const end = Math.min(size, (await endings.lengthOfEnded(partition, epoch)) ?? size);
    yield* readPieces(handle, offset, length === undefined ? end : Math.min(end, offset + length));
  } catch (error) {
    throw diskError(error, `read ${path}`);
  } finally {
    await handle.close();
  }
}
