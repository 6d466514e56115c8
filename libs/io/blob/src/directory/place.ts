import { createHash } from 'node:crypto';
import { link, lstat, open, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ConfigurationError } from '@proofmill/contract';
import { errnoOf } from './disk-error.ts';
import { readPieces, writeAll } from './file-bytes.ts';
import { syncFolder } from './folders.ts';
import { temporaryName } from './temporary.ts';

/** There are no hard links, none to another file system, or (protected_hardlinks) none to a file of another user. */
const cannotLink = new Set(['EXDEV', 'EPERM', 'EMLINK', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']);

async function isNewLink(source: string, target: string, linkFile: typeof link): Promise<boolean> {
  try {
    await linkFile(source, target);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false;
    throw error;
  }
}

async function copyDurably(source: string, target: string): Promise<void> {
  const sourceHandle = await open(source, 'r');
  try {
    const targetHandle = await open(target, 'wx');
    try {
      let position = 0;
      for await (const piece of readPieces(sourceHandle, 0, Number.POSITIVE_INFINITY)) {
        await writeAll(targetHandle, piece, position);
        position += piece.length;
      }
      await targetHandle.sync();
    } finally {
      await targetHandle.close();
    }
  } finally {
    await sourceHandle.close();
  }
}

/**
 * Gives a whole, synced file a second name, durably; false where the name is taken. Only link() can do that: rename()
 * overwrites. Where the target is on another file system, a synced copy beside the target is linked.
 */
export async function place(source: string, target: string, linkFile: typeof link = link): Promise<boolean> {
  const folder = dirname(target);
  let created: boolean;
  try {
    created = await isNewLink(source, target, linkFile);
  } catch (error) {
    if (!cannotLink.has(errnoOf(error) ?? '')) throw error;
    const copy = join(folder, await temporaryName());
    try {
      await copyDurably(source, copy);
      created = await isNewLink(copy, target, linkFile);
    } catch (copyError) {
      if (!cannotLink.has(errnoOf(copyError) ?? '')) throw copyError;
      throw new ConfigurationError(
        `The file system of ${folder} has no hard links, which are needed to create a file whole and only once: choose another output folder.`,
        { cause: copyError },
      );
    } finally {
      await rm(copy, { force: true });
    }
  }
  // Even where another process won: it may not have synced yet, and our caller relies on the name.
  await syncFolder(folder);
  return created;
}

async function digestOf(path: string): Promise<string> {
  const handle = await open(path, 'r');
  try {
    const hash = createHash('sha256');
    for await (const piece of readPieces(handle, 0, Number.POSITIVE_INFINITY)) hash.update(piece);
    return hash.digest('hex');
  } finally {
    await handle.close();
  }
}

/** Whether two files hold the same bytes. */
export async function holdSame(pathA: string, pathB: string): Promise<boolean> {
  const [a, b] = await Promise.all([lstat(pathA), lstat(pathB)]);
  if (!a.isFile() || !b.isFile() || a.size !== b.size) return false;
  if (a.dev === b.dev && a.ino === b.ino) return true;
  const [digestA, digestB] = await Promise.all([digestOf(pathA), digestOf(pathB)]);
  return digestA === digestB;
}
