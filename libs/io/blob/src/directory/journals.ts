import { constants } from 'node:fs';
import { type FileHandle, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { IntegrityError, type Journals, type JournalWriter } from '@proofmill/contract';
import { createCallQueue } from '../call-queue.ts';
import { digits } from '../digits.ts';
import { endedElsewhere } from '../ended-journal.ts';
import { placeOf } from '../object-path.ts';
import { diskError, errnoOf } from './disk-error.ts';
import { readPieces, writeAll } from './file-bytes.ts';
import { type Folders, foldersOf, syncFolder } from './folders.ts';
import { place } from './place.ts';
import { temporaryName } from './temporary.ts';

const fileOf = (epoch: number): string => `${digits(epoch, 5)}.journal`;
const markOf = (epoch: number): string => `${digits(epoch, 5)}.ended`;
const lengthFileOf = (epoch: number): string => `${digits(epoch, 5)}.length`;
const filePattern = /^(\d{5,})\.journal$/;

/**
 * Journals as files `<partition folder>/<epoch, 5 digits>.journal`; `pathOfPartition` gives the folder relative to `root`.
 * `sync` lets tests fail a disk.
 *
 * A journal is ended by a file `<epoch>.ended` beside it. Its writer looks for that after each sync and ahead of every acknowledgement, so
 * what was acknowledged was in the file when the mark was made. What the writer appends after that is no part of the journal, or some
 * readers would know of it and others not: `<epoch>.length`, which is created once, says how long the file was after the mark was made. A
 * reader that finds the mark after it has looked at the size reads so far; where it does not, the length that will be is no less.
 */
export function directoryJournals(
  root: string,
  pathOfPartition: (partition: number) => string,
  { sync = (handle) => handle.datasync() }: { sync?: (handle: FileHandle) => Promise<void> } = {},
): Journals {
  const base = resolve(root);
  const folders = foldersOf(base);
  const folderOf = (partition: number): string => placeOf(base, pathOfPartition(partition));
  return {
    epochs: async (partition, after = 0) =>
      after === 0 ? epochsIn(folderOf(partition), folders) : epochsAfter(folderOf(partition), after),
    create: async (partition) => createJournal(folderOf(partition), folders, sync),
    async *read(partition, epoch, offset, length) {
      yield* readJournal(folderOf(partition), folders, epoch, offset, length);
    },
    end: async (partition, epoch) => endJournal(folderOf(partition), epoch),
    lengthOfEnded: async (partition, epoch) => lengthOfEnded(folderOf(partition), epoch),
  };
}

/** Null where it is not ended. The length is noted where nobody has done it: who ended the journal may have died. */
async function lengthOfEnded(folder: string, epoch: number): Promise<number | null> {
  if ((await sizeOf(join(folder, markOf(epoch)))) === null) return null;
  const path = join(folder, lengthFileOf(epoch));
  try {
    const noted = await readFile(path, 'utf8').catch((error: unknown) => {
      if (errnoOf(error) === 'ENOENT') return null;
      throw error;
    });
    if (noted !== null) return lengthIn(noted, path);
    const size = (await sizeOf(join(folder, fileOf(epoch)))) ?? 0;
    const temporary = join(folder, await temporaryName());
    try {
      await writeFile(temporary, `${size}\n`, { flag: 'wx', flush: true });
      await place(temporary, path);
    } finally {
      await rm(temporary, { force: true });
    }
    return lengthIn(await readFile(path, 'utf8'), path);
  } catch (error) {
    throw diskError(error, `note the length of a journal in ${path}`);
  }
}

function lengthIn(noted: string, path: string): number {
  if (/^\d+\n$/.test(noted)) return Number(noted);
  throw new IntegrityError(`${path} is damaged: it is no number. Remove it and give the same command again`);
}

/** Null where there is no such file. */
async function sizeOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null;
    throw diskError(error, `look at ${path}`);
  }
}

async function endJournal(folder: string, epoch: number): Promise<void> {
  const mark = join(folder, markOf(epoch));
  try {
    const handle = await open(mark, 'wx').catch((error: unknown) => {
      if (errnoOf(error) === 'EEXIST') return null;
      throw error;
    });
    await handle?.close();
    // Even where another process made it: that one may not have synced it yet.
    await syncFolder(folder);
  } catch (error) {
    throw diskError(error, `create ${mark}`);
  }
  await lengthOfEnded(folder, epoch);
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

async function* readJournal(
  folder: string,
  folders: Folders,
  epoch: number,
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
    const end = Math.min(size, (await lengthOfEnded(folder, epoch)) ?? size);
    yield* readPieces(handle, offset, length === undefined ? end : Math.min(end, offset + length));
  } catch (error) {
    throw diskError(error, `read ${path}`);
  } finally {
    await handle.close();
  }
}
