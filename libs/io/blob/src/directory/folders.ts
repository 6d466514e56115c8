import { mkdir, open, realpath } from 'node:fs/promises';
import { dirname, sep } from 'node:path';
import { IntegrityError } from '@proofmill/contract';
import { errnoOf } from './disk-error.ts';

/** Makes the entries of a folder durable. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } catch (error) {
    // Some network file systems cannot sync a folder: they store its entries before they answer.
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

/** Whether `path` is `folder` or lies in it; both as realpath gives them. */
export const isInside = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);

/** The folders below `root`, which is absolute. No symbolic link leads out of it. */
export function foldersOf(root: string) {
  const durable = new Set<string>();

  /** Whether the folder exists. IntegrityError when a symbolic link leads out of the root. */
  async function exists(folder: string): Promise<boolean> {
    const realRoot = await realpathOrNull(root);
    const real = realRoot === null ? null : await realpathOrNull(folder);
    if (realRoot === null || real === null) return false;
    if (!isInside(real, realRoot)) {
      throw new IntegrityError(`${folder} leads out of ${root} by a symbolic link: ${real}`);
    }
    return true;
  }

  async function makeRoot(): Promise<void> {
    const first = await mkdir(root, { recursive: true });
    if (first === undefined) return;
    for (let made = root; ; made = dirname(made)) {
      await syncFolder(dirname(made));
      if (made === first) return;
    }
  }

  /**
   * Makes a folder, and its place in every folder above it durable. That is done once for each folder even where it was
   * there before, since the process that made it may have died before it came to that.
   */
  async function make(folder: string): Promise<void> {
    await makeRoot();
    if (folder !== root && !(await exists(folder))) {
      await make(dirname(folder));
      await mkdir(folder, { recursive: true });
    }
    if (durable.has(folder)) return;
    for (let at = folder; at !== root; at = dirname(at)) await syncFolder(dirname(at));
    durable.add(folder);
  }

  return { exists, make };
}
