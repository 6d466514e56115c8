import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { placeOf, temporaryFolder, temporaryPrefix } from '../object-path.ts';
import type { Folders } from './folders.ts';

/** The paths of the objects that begin with `prefix`, sorted. Half-written files are no objects. */
export async function listObjects(root: string, prefix: string, folders: Folders): Promise<string[]> {
  const folderPart = prefix.slice(0, prefix.lastIndexOf('/') + 1);
  const start = folderPart === '' ? root : placeOf(root, folderPart.slice(0, -1));
  const found: string[] = [];
  if (await folders.exists(start)) await collect(start, folderPart, prefix, found);
  return found.sort();
}

/** `path` is the folder's own, relative to the root: empty, or with a slash at its end. */
async function collect(folder: string, path: string, prefix: string, found: string[]): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const name = path + entry.name;
    if (!name.startsWith(prefix) || entry.name.startsWith(temporaryPrefix) || name === temporaryFolder) continue;
    if (entry.isDirectory()) await collect(join(folder, entry.name), `${name}/`, prefix, found);
    else if (entry.isFile()) found.push(name);
  }
}
