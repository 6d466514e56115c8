import { createHash } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Writes JSON so that a reader, also after a power cut, finds the whole file or none. */
export async function writeMark(file: string, content: object): Promise<void> {
  const partial = `${file}.partial`;
  await using handle = await open(partial, 'w');
  await handle.writeFile(`${JSON.stringify(content, null, 2)}\n`);
  await handle.sync();
  await rename(partial, file);
  await using folder = await open(dirname(file));
  await folder.sync();
}

/** The content of a mark, or undefined if there is no readable one: then its step runs again. */
export async function readMark(file: string): Promise<Record<string, unknown> | undefined> {
  try {
    const content: unknown = JSON.parse(await readFile(file, 'utf8'));
    return typeof content === 'object' && content !== null ? (content as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Removes a folder so that a kill midway leaves no part of it under its name. (A plain recursive removal might remove the contents
 * first and leave the mark that vouches for them.)
 */
export async function discardFolder(folder: string): Promise<void> {
  const discarded = `${folder}.discarded`;
  await rm(discarded, { recursive: true, force: true });
  await rename(folder, discarded).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  await rm(discarded, { recursive: true, force: true });
}

/** One hex digest of values and file contents: it identifies the inputs of a step. */
export async function recipeDigest(values: object, files: readonly string[]): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(values));
  for (const file of files) hash.update('\0').update(await readFile(file));
  return hash.digest('hex');
}
