import { createHash } from 'node:crypto';
import { link, lstat, open, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ConfigurationError } from '@proofmill/contract';
import { readPieces, writeAll } from './file-bytes.ts';
import { errnoOf } from './disk-error.ts';
import { syncFolder } from './folders.ts';
import { temporaryName } from './temporary.ts';

/** Another file system, no hard links, or (protected_hardlinks) a file of another user. */
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
  const from = await open(source, 'r');
  try {
    const to = await open(target, 'wx');
    try {
      let position = 0;
      for await (const piece of readPieces(from, 0, Number.POSITIVE_INFINITY)) {
        await writeAll(to, piece, position);
        position += piece.length;
      }
      await to.sync();
    } finally {
      await to.close();
    }
  } finally {
    await from.close();
  }
}

/**
 * Gives a whole and synced file a second name, durably, unless the name is taken (false). link() alone does that: rename()
 * overwrites. Where the target lies on another file system, a synced copy beside the target is linked.
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
    } catch (second) {
      if (!cannotLink.has(errnoOf(second) ?? '')) throw second;
      throw new ConfigurationError(
        `The file system of ${folder} has no hard links, without which a file cannot be created as a whole and only once: choose another output folder.`,
        { cause: second },
      );
    } finally {
      await rm(copy, { force: true });
    }
  }
  // Also where another process won: it may not have come to this yet, and our caller builds on the name being there.
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
export async function holdSame(one: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all([lstat(one), lstat(other)]);
  if (!a.isFile() || !b.isFile() || a.size !== b.size) return false;
  if (a.dev === b.dev && a.ino === b.ino) return true;
  const [digestA, digestB] = await Promise.all([digestOf(one), digestOf(other)]);
  return digestA === digestB;
}
