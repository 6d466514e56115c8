import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { placeOf, temporaryFolder, temporaryPrefix } from '../object-path.ts';
import type { Folders } from './folders.ts';

/** `lost+found` is at the root of a volume, and only the administrator may read it. */
const notObjects = new Set([temporaryFolder, 'lost+found']);

/**
 * The paths of the objects that begin with `prefix`, sorted, and `most` of them at most. Half-written files are no objects, and
 * neither is what a file system keeps at the root of a volume.
 */
export async function listObjects(root: string, prefix: string, folders: Folders, most: number): Promise<string[]> {
  const folderPart = prefix.slice(0, prefix.lastIndexOf('/') + 1);
  const start = folderPart === '' ? root : placeOf(root, folderPart.slice(0, -1));
  const found: string[] = [];
  if (await folders.exists(start)) await collect(start, folderPart, { prefix, most, found });
  return found.sort();
}

interface Listing {
  readonly prefix: string;
  readonly most: number;
  readonly found: string[];
}

/** `path` is the folder's own, relative to the root: empty, or with a slash at its end. */
async function collect(folder: string, path: string, listing: Listing): Promise<void> {
  const { prefix, most, found } = listing;
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (found.length >= most) return;
    const name = path + entry.name;
    if (!name.startsWith(prefix) || entry.name.startsWith(temporaryPrefix) || notObjects.has(name)) continue;
    if (entry.isDirectory()) await collect(join(folder, entry.name), `${name}/`, listing);
    else if (entry.isFile()) found.push(name);
  }
}
