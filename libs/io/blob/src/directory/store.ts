import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, lstat, open, readdir, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { IntegrityError, type Store, type Written } from '@proofmill/contract';
import { pieceBytes, readPieces, readRange, writeAll } from './file-bytes.ts';
import { diskError, errnoOf } from './disk-error.ts';
import { foldersOf } from './folders.ts';
import { placeOf, temporaryFolder, temporaryPrefix } from '../object-path.ts';
import { holdSame, place } from './place.ts';
import { removeLeftovers, temporaryName } from './temporary.ts';

/**
 * A store in a folder, which is made at the first write. An object is written to `.proofmill/tmp`, synced, and then linked
 * to its name, so that a name stands for the whole object or for nothing, after a power loss too. Several processes may use
 * one folder. Full disks and lost mounts are UnavailableError, missing rights ConfigurationError, paths that lead out of the
 * folder IntegrityError. A removal is not made durable: an object that comes back after a power loss does no harm.
 */
export function directoryStore(folder: string): Store {
  const root = resolve(folder);
  const folders = foldersOf(root);
  let tidied = false;

  async function during<T>(attempt: string, task: () => Promise<T>): Promise<T> {
    try {
      return await task();
    } catch (error) {
      throw diskError(error, attempt);
    }
  }

  /** Opens an object for reading; null when there is none. A link is never followed. */
  async function openObject(path: string): Promise<FileHandle | null> {
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

  async function fill(handle: FileHandle, content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>) {
    const hash = createHash('sha256');
    const buffer = Buffer.allocUnsafeSlow(pieceBytes);
    let used = 0;
    let bytes = 0;
    for await (const piece of content) {
      hash.update(piece);
      for (let taken = 0; taken < piece.length; ) {
        const part = piece.subarray(taken, taken + buffer.length - used);
        buffer.set(part, used);
        used += part.length;
        taken += part.length;
        if (used < buffer.length) continue;
        await writeAll(handle, buffer, bytes);
        bytes += used;
        used = 0;
      }
    }
    await writeAll(handle, buffer.subarray(0, used), bytes);
    await handle.sync();
    return { bytes: bytes + used, sha256: hash.digest('hex') };
  }

  async function write(
    path: string | ((sha256: string) => string),
    content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  ): Promise<Written> {
    if (typeof path === 'string') placeOf(root, path);
    const temporaries = join(root, temporaryFolder);
    await folders.make(temporaries);
    if (!tidied) await removeLeftovers(temporaries);
    tidied = true;
    const temporary = join(temporaries, await temporaryName());
    try {
      const handle = await open(temporary, 'wx');
      let offered: { bytes: number; sha256: string };
      try {
        offered = await fill(handle, content);
      } finally {
        await handle.close();
      }
      const name = typeof path === 'string' ? path : path(offered.sha256);
      const target = placeOf(root, name);
      await folders.make(dirname(target));
      return { path: name, created: await place(temporary, target), ...offered };
    } finally {
      await rm(temporary, { force: true });
    }
  }

  async function promote(from: string, to: string): Promise<void> {
    const source = placeOf(root, from);
    const target = placeOf(root, to);
    const isThere = (await folders.exists(dirname(source))) && (await lstat(source).catch(() => null))?.isFile();
    if (!isThere) throw new IntegrityError(`${source} is to become ${target} and is not there`);
    await folders.make(dirname(target));
    if (!(await place(source, target)) && !(await holdSame(source, target))) {
      throw new IntegrityError(`${target} is there already and holds something else than ${source}`);
    }
  }

  async function collect(place: string, path: string, wanted: string, found: string[]): Promise<void> {
    for (const entry of await readdir(place, { withFileTypes: true })) {
      const name = path + entry.name;
      if (!name.startsWith(wanted) || entry.name.startsWith(temporaryPrefix) || name === temporaryFolder) continue;
      if (entry.isDirectory()) await collect(join(place, entry.name), `${name}/`, wanted, found);
      else if (entry.isFile()) found.push(name);
    }
  }

  async function list(prefix: string): Promise<string[]> {
    const folderPart = prefix.slice(0, prefix.lastIndexOf('/') + 1);
    const start = folderPart === '' ? root : placeOf(root, folderPart.slice(0, -1));
    const found: string[] = [];
    if (await folders.exists(start)) await collect(start, folderPart, prefix, found);
    return found.sort();
  }

  return {
    async read(path, range) {
      const handle = await openObject(path);
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
      const handle = await openObject(path);
      if (handle === null) throw new IntegrityError(`${path} is missing in ${root}`);
      try {
        yield* readPieces(handle, 0, Number.POSITIVE_INFINITY);
      } catch (error) {
        throw diskError(error, `read ${path} in ${root}`);
      } finally {
        await handle.close();
      }
    },
    write: (path, content) => during(`write into ${root}`, () => write(path, content)),
    promote: (from, to) => during(`make ${to} in ${root}`, () => promote(from, to)),
    list: (prefix) => during(`list ${root}`, () => list(prefix)),
    async remove(path) {
      const file = placeOf(root, path);
      await during(`remove ${file}`, async () => {
        if (await folders.exists(dirname(file))) await rm(file, { force: true });
      });
    },
  };
}
