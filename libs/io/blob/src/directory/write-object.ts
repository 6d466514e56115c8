/** Creates objects in a folder: as a whole, durably, and only once. */
import { createHash } from 'node:crypto';
import { type FileHandle, lstat, open, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { IntegrityError, type Store } from '@proofmill/contract';
import { placeOf, temporaryFolder } from '../object-path.ts';
import { pieceBytes, writeAll } from './file-bytes.ts';
import type { Folders } from './folders.ts';
import { holdSame, place } from './place.ts';
import { linkError, removeLeftovers, temporaryName } from './temporary.ts';

/** `root` is absolute. Errors of the disk pass untranslated. */
export function objectWriter(root: string, folders: Folders): Pick<Store, 'write' | 'promote'> {
  const temporaries = join(root, temporaryFolder);
  let isTidied = false;

  return {
    async write(path, content, { isSecret = false } = {}) {
      if (typeof path === 'string') placeOf(root, path);
      await folders.make(temporaries);
      if (!isTidied) await removeLeftovers(temporaries);
      isTidied = true;
      const temporary = join(temporaries, await temporaryName());
      try {
        const offered = await writeNewFile(temporary, content, isSecret ? secretMode : ordinaryMode);
        const name = typeof path === 'string' ? path : path(offered.sha256);
        const target = placeOf(root, name);
        await folders.make(dirname(target));
        const created = await place(temporary, target).catch(async (error: unknown) => {
          throw await linkError(error, temporary);
        });
        return { path: name, created, ...offered };
      } finally {
        await rm(temporary, { force: true });
      }
    },
    async promote(from, to) {
      const source = placeOf(root, from);
      const target = placeOf(root, to);
      const hasSource = (await folders.exists(dirname(source))) && (await lstat(source).catch(() => null))?.isFile();
      if (!hasSource) throw new IntegrityError(`${source} is missing: it is to become ${target}`);
      await folders.make(dirname(target));
      if (!(await place(source, target)) && !(await holdSame(source, target))) {
        throw new IntegrityError(`${target} exists already, and its content differs from that of ${source}`);
      }
    },
  };
}

type Content = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** Less what the umask of the process takes away. A secret is for owner and group, who may resume the job. */
const ordinaryMode = 0o666;
const secretMode = 0o660;

async function writeNewFile(path: string, content: Content, mode: number): Promise<{ bytes: number; sha256: string }> {
  const handle = await open(path, 'wx', mode);
  try {
    return await writeDurably(handle, content);
  } finally {
    await handle.close();
  }
}

/** Collects small pieces of content, so that each write has a whole piece. */
async function writeDurably(handle: FileHandle, content: Content): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafeSlow(pieceBytes);
  let used = 0;
  let written = 0;
  for await (const piece of content) {
    hash.update(piece);
    for (let taken = 0; taken < piece.length; ) {
      const part = piece.subarray(taken, taken + buffer.length - used);
      buffer.set(part, used);
      used += part.length;
      taken += part.length;
      if (used < buffer.length) continue;
      await writeAll(handle, buffer, written);
      written += used;
      used = 0;
    }
  }
  await writeAll(handle, buffer.subarray(0, used), written);
  await handle.sync();
  return { bytes: written + used, sha256: hash.digest('hex') };
}
