import { constants } from 'node:fs';
import { type FileHandle, open, readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { IntegrityError, type Journals, type JournalWriter } from '@proofmill/contract';
import { readPieces, writeAll } from './file-bytes.ts';
import { diskError, errnoOf } from './disk-error.ts';
import { foldersOf, syncFolder } from './folders.ts';
import { placeOf } from '../object-path.ts';

const fileOf = (epoch: number): string => `${String(epoch).padStart(5, '0')}.journal`;
const filePattern = /^(\d{5,})\.journal$/;

/**
 * One writer of one file. Calls are done in the order in which they were made. The first failure is final: after a failed
 * write the end of the file is unknown, and after a failed sync the system has dropped the pages and would report success
 * the next time, so every later call rejects with that same error.
 */
function writerOf(handle: FileHandle, epoch: number, name: string, sync: (handle: FileHandle) => Promise<void>) {
  let end = 0;
  let closing: Promise<void> | undefined;
  let failure: { readonly error: unknown } | undefined;
  let last: Promise<unknown> = Promise.resolve();

  function inTurn<T>(attempt: string, task: () => Promise<T>): Promise<T> {
    if (closing) return Promise.reject(new Error(`${name} is closed`));
    const turn = last.then(async () => {
      if (failure) throw failure.error;
      try {
        return await task();
      } catch (error) {
        failure = { error: diskError(error, `${attempt} ${name}`) };
        throw failure.error;
      }
    });
    last = turn.catch(() => undefined);
    return turn;
  }

  const writer: JournalWriter = {
    epoch,
    append: (bytes) =>
      inTurn('append to', async () => {
        const position = end;
        await writeAll(handle, bytes, position);
        end += bytes.length;
        return position;
      }),
    sync: () => inTurn('sync', () => sync(handle)),
    close: () => {
      closing ??= last.then(() => handle.close());
      return closing;
    },
  };
  return writer;
}

/**
 * Journals as files `<partition folder>/<epoch, 5 digits>.journal`; `pathOfPartition` gives the folder relative to `root`.
 * `sync` is for tests of what happens when a disk fails.
 */
export function directoryJournals(
  root: string,
  pathOfPartition: (partition: number) => string,
  { sync = (handle) => handle.datasync() }: { sync?: (handle: FileHandle) => Promise<void> } = {},
): Journals {
  const base = resolve(root);
  const folders = foldersOf(base);
  const folderOf = (partition: number): string => placeOf(base, pathOfPartition(partition));

  async function epochs(partition: number): Promise<number[]> {
    const folder = folderOf(partition);
    try {
      if (!(await folders.exists(folder))) return [];
      const matches = (await readdir(folder)).map((name) => filePattern.exec(name)?.[1]);
      return matches.flatMap((digits) => (digits === undefined ? [] : [Number(digits)])).sort((a, b) => a - b);
    } catch (error) {
      throw diskError(error, `list ${folder}`);
    }
  }

  async function create(partition: number): Promise<JournalWriter> {
    const folder = folderOf(partition);
    try {
      await folders.make(folder);
      for (let epoch = ((await epochs(partition)).at(-1) ?? 0) + 1; ; epoch += 1) {
        const name = join(folder, fileOf(epoch));
        const handle = await open(name, 'wx').catch((error: unknown) => {
          if (errnoOf(error) === 'EEXIST') return null;
          throw error;
        });
        if (handle === null) continue;
        // Without its name in the folder a synced journal would be lost with its bytes.
        await syncFolder(folder);
        return writerOf(handle, epoch, name, sync);
      }
    } catch (error) {
      throw diskError(error, `make a journal in ${folder}`);
    }
  }

  async function* read(partition: number, epoch: number, offset: number, length?: number): AsyncGenerator<Uint8Array> {
    const name = join(folderOf(partition), fileOf(epoch));
    let handle: FileHandle;
    try {
      if (!(await folders.exists(folderOf(partition)))) throw new IntegrityError(`${name} is missing`);
      handle = await open(name, constants.O_RDONLY | constants.O_NOFOLLOW);
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') throw new IntegrityError(`${name} is missing`, { cause: error });
      throw diskError(error, `read ${name}`);
    }
    try {
      const { size } = await handle.stat();
      // The writer may have died, or be about to, before its own sync, and a reader builds on what it reads (it commits a
      // shard, or drives nothing again). What was there at `size` is made durable before a byte of it is given. The size is
      // taken first, so that reading ends although the writer goes on.
      await handle.datasync();
      yield* readPieces(handle, offset, length === undefined ? size : Math.min(size, offset + length));
    } catch (error) {
      throw diskError(error, `read ${name}`);
    } finally {
      await handle.close();
    }
  }

  return { create, epochs, read };
}
