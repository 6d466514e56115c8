import { constants } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { IntegrityError, type Store } from '@proofmill/contract';
import { placeOf } from '../object-path.ts';
import { diskError, errnoOf } from './disk-error.ts';
import { readPieces, readRange } from './file-bytes.ts';
import { type Folders, foldersOf } from './folders.ts';
import { listObjects } from './list-objects.ts';
import { objectWriter } from './write-object.ts';

/**
 * A store in a folder, which is made at the first write. An object is written to `.proofmill/tmp`, synced, and then linked to
 * its name, so a name stands for the whole object or for nothing, even after a power loss. Several processes may use one
 * folder. Full disks and lost mounts are UnavailableError, missing rights ConfigurationError, paths that lead out of the folder
 * IntegrityError. Removing is not made durable: an object that reappears after a power loss does no harm.
 */
export function directoryStore(folder: string): Store {
  const root = resolve(folder);
  const folders = foldersOf(root);
  const writer = objectWriter(root, folders);

  return {
    async read(path, range) {
      const handle = await openObject(root, path, folders);
      if (handle === null) return null;
      try {
        return await during(`read ${path} in ${root}`, async () => {
          const { size } = await handle.stat();
          const offset = Math.min(range?.offset ?? 0, size);
          return readRange(handle, offset, Math.min(range?.length ?? size, size - offset));
        });
      } finally {
        await handle.close();
      }
    },
    async *stream(path) {
      const handle = await openObject(root, path, folders);
      if (handle === null) throw new IntegrityError(`${path} is missing in ${root}`);
      try {
        yield* readPieces(handle, 0, Number.POSITIVE_INFINITY);
      } catch (error) {
        throw diskError(error, `read ${path} in ${root}`);
      } finally {
        await handle.close();
      }
    },
    write: (path, content, options) => during(`write into ${root}`, () => writer.write(path, content, options)),
    promote: (from, to) => during(`make ${to} in ${root}`, () => writer.promote(from, to)),
    list: (prefix, most = Number.POSITIVE_INFINITY) =>
      during(`use ${root} as a folder`, () => listObjects(root, prefix, folders, most)),
    async remove(path) {
      const file = placeOf(root, path);
      await during(`remove ${file}`, async () => {
        if (await folders.exists(dirname(file))) await rm(file, { force: true });
      });
    },
  };
}

async function during<T>(attempt: string, task: () => Promise<T>): Promise<T> {
  try {
    return await task();
  } catch (error) {
    throw diskError(error, attempt);
  }
}

/** Opens an object for reading; null where there is none. Never follows a link. */
async function openObject(root: string, path: string, folders: Folders): Promise<FileHandle | null> {
  const file = placeOf(root, path);
  try {
    if (!(await folders.exists(dirname(file)))) return null;
    return await open(file, constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    if (code === 'ELOOP') throw new IntegrityError(`${file} is a symbolic link, not an object`, { cause: error });
    throw diskError(error, `read ${file}`);
  }
}
