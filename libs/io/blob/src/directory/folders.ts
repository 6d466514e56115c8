import { mkdir, open, realpath, stat } from 'node:fs/promises';
import { dirname, sep } from 'node:path';
import { IntegrityError } from '@proofmill/contract';
import { errnoOf } from './disk-error.ts';

/** Makes the entries of a folder durable. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } catch (error) {
    // A network file system that cannot sync a folder stores its entries before it answers.
    if (errnoOf(error) !== 'EINVAL') throw error;
  } finally {
    await handle.close();
  }
}

async function realpathOrNull(path: string): Promise<string | null> {
  try {
    return await realpath(path);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null;
    throw error;
  }
}

/**
 * Makes a folder and those above it. Says whether it made any. Not mkdir's own recursion: where a folder exists and takes none
 * below it, such as /proc, Node repeats that for ever.
 */
async function makeFolders(folder: string): Promise<boolean> {
  try {
    await mkdir(folder);
    return true;
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'EEXIST' && (await stat(folder).catch(() => null))?.isDirectory()) return false;
    if (code !== 'ENOENT' || dirname(folder) === folder) throw error;
    await makeFolders(dirname(folder));
    // Another process may have made it meanwhile.
    await mkdir(folder).catch((again: unknown) => {
      if (errnoOf(again) !== 'EEXIST') throw again;
    });
    return true;
  }
}

/**
 * Makes the entry of a folder durable, and those of all folders above it on its file system: a folder is always made on that of the
 * one above. A folder that this user may not read is none that a process of this user has put anything into.
 */
async function syncAbove(folder: string): Promise<void> {
  const { dev } = await stat(folder);
  for (let entry = await realpath(folder); dirname(entry) !== entry; entry = dirname(entry)) {
    const above = dirname(entry);
    if ((await stat(above)).dev !== dev) return;
    await syncFolder(above).catch((error: unknown) => {
      if (errnoOf(error) !== 'EACCES') throw error;
    });
  }
}

/** Whether `path` is `folder` or is inside it; both as realpath gives them. */
export const isInside = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);

/** The folders below a root. No symbolic link leads out of it. */
export interface Folders {
  /** IntegrityError where a symbolic link leads out of the root. */
  exists(folder: string): Promise<boolean>;
  /**
   * Makes a folder, and makes its entry in every folder above it durable. That is done once even for an existing folder, and for
   * those above the root, since the process that made it may have died too early.
   */
  make(folder: string): Promise<void>;
}

/** `root` is absolute. */
export function foldersOf(root: string): Folders {
  const durable = new Set<string>();

  async function exists(folder: string): Promise<boolean> {
    const realRoot = await realpathOrNull(root);
    const real = realRoot === null ? null : await realpathOrNull(folder);
    if (realRoot === null || real === null) return false;
    if (!isInside(real, realRoot)) {
      throw new IntegrityError(`${folder} leads out of ${root} by a symbolic link, to ${real}`);
    }
    return true;
  }

  async function makeRoot(): Promise<void> {
    const isNew = await makeFolders(root);
    if (durable.has(root) && !isNew) return;
    await syncAbove(root);
    durable.add(root);
  }

  async function make(folder: string): Promise<void> {
    await makeRoot();
    if (folder !== root && !(await exists(folder))) {
      await make(dirname(folder));
      await mkdir(folder, { recursive: true });
    }
    if (durable.has(folder)) return;
    for (let entry = folder; entry !== root; entry = dirname(entry)) await syncFolder(dirname(entry));
    durable.add(folder);
  }

  return { exists, make };
}
