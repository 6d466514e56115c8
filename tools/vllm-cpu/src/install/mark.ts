import { createHash } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Writes JSON so that a reader, or a machine that lost power, finds the whole file or none. */
export async function writeMark(file: string, content: object): Promise<void> {
  const partial = `${file}.partial`;
  await using handle = await open(partial, 'w');
  await handle.writeFile(`${JSON.stringify(content, null, 2)}\n`);
  await handle.sync();
  await rename(partial, file);
  await using folder = await open(dirname(file));
  await folder.sync();
}

/** The content of a mark, or undefined where there is none that can be read: then its step is done again. */
export async function readMark(file: string): Promise<Record<string, unknown> | undefined> {
  try {
    const content: unknown = JSON.parse(await readFile(file, 'utf8'));
    return typeof content === 'object' && content !== null ? (content as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Removes a folder so that, killed in the middle, no half of it is left under its name.
 * (A plain recursive removal might take the contents first and leave the mark that vouches for them.)
 */
export async function discardFolder(folder: string): Promise<void> {
  const discarded = `${folder}.discarded`;
  await rm(discarded, { recursive: true, force: true });
  await rename(folder, discarded).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  await rm(discarded, { recursive: true, force: true });
}

/** One hex digest over values and the contents of files: what a step's result was made from. */
export async function recipeDigest(values: object, files: readonly string[]): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(values));
  for (const file of files) hash.update('\0').update(await readFile(file));
  return hash.digest('hex');
}
