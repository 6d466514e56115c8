/** What has to hold in a folder after a crash, read as the next process reads it. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { directoryJournals, directoryStore } from '@proofmill/blob';
import type { Journals, Store } from '@proofmill/contract';
import type { Check } from './crashes.ts';

/** The output folder of all sequences, below the folder that is recorded. */
export const outputOf = (folder: string): string => join(folder, 'deep/out');

export const storeIn = (folder: string): Store => directoryStore(outputOf(folder));

export const journalsIn = (folder: string): Journals =>
  directoryJournals(outputOf(folder), (partition) => `.proofmill/label/journal/${partition}`);

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** The object is there, and whole. */
export const holds =
  (path: string, content: string): Check =>
  async (folder) => {
    const found = await storeIn(folder).read(path);
    if (found === null) return `${path} is gone`;
    return Buffer.from(found).equals(Buffer.from(content)) ? null : `${path} is torn: ${found.length} bytes`;
  };

/** Whatever is there under a name was offered for it, and is whole. */
export const holdsOnlyWhole =
  (offered: ReadonlyMap<string, readonly string[]>): Check =>
  async (folder) => {
    const store = storeIn(folder);
    for (const path of await store.list('')) {
      const found = Buffer.from((await store.read(path)) ?? []);
      if (!offered.get(path)?.some((content) => found.equals(Buffer.from(content))))
        return `${path} is there, with ${found.length} bytes that nobody offered`;
    }
    return null;
  };

/** The journal has these bytes at its beginning. */
export const journalHolds =
  (partition: number, epoch: number, content: string): Check =>
  async (folder) => {
    const journals = journalsIn(folder);
    if (!(await journals.epochs(partition)).includes(epoch)) return `the journal of epoch ${epoch} is gone`;
    const pieces: Uint8Array[] = [];
    for await (const piece of journals.read(partition, epoch, 0, Buffer.byteLength(content))) pieces.push(piece);
    const found = Buffer.concat(pieces);
    return found.equals(Buffer.from(content))
      ? null
      : `the journal of epoch ${epoch} has lost bytes: ${found.length} are left`;
  };

interface Named {
  readonly path: string;
  readonly sha256: string;
}

/** An object that names others with their digests is there only where all of them are, whole. */
export const namesOnlyWhole =
  (path: string): Check =>
  async (folder) => {
    const store = storeIn(folder);
    const bytes = await store.read(path);
    if (bytes === null) return null;
    for (const named of JSON.parse(Buffer.from(bytes).toString()) as Named[]) {
      const found = await store.read(named.path);
      if (found === null) return `${path} names ${named.path}, which is gone`;
      if (sha256(found) !== named.sha256) return `${path} names ${named.path}, which is torn`;
    }
    return null;
  };
