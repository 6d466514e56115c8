/**
 * The generations of an output folder. Each is an output folder of its own, inside the output folder: whatever reads or writes
 * the one works with the other.
 */
import {
  type Generation,
  generationFile,
  generationFolder,
  generationSchema,
  type OutputManifest,
  type Store,
} from '@proofmill/contract';
import { damaged, pathInOutput } from './damage.ts';
import { createSame, objectBytes, readObject } from './objects.ts';
import { readOutputManifest } from './output.ts';

/** The folder of a generation. Paths start there. */
export const generationStore = (store: Store, number: number): Store => storeWithin(store, generationFolder(number));

/** The generations that were begun, in order. IntegrityError where a generation.json is damaged, or that of another one. */
export async function readGenerations(store: Store): Promise<Generation[]> {
  const found: Generation[] = [];
  for (;;) {
    const number = found.length + 1;
    const folder = generationStore(store, number);
    const next = await readObject(folder, generationFile, generationSchema);
    if (!next) return found;
    if (next.number !== number) throw damaged(folder, generationFile, `is that of generation ${next.number}`);
    found.push(next);
  }
}

/** Begins a generation. ConfigurationError where it was begun with other classes. */
export const createGeneration = (store: Store, generation: Generation): Promise<void> =>
  createSame(generationStore(store, generation.number), generationFile, objectBytes(generation));

/**
 * The output as it is now: the manifest of the newest generation that is complete, or that of the first run. Null where that is
 * not complete.
 */
export async function newestOutput(store: Store): Promise<OutputManifest | null> {
  let newest = await readOutputManifest(store);
  for (let number = 1; newest; number += 1) {
    const later = await readOutputManifest(generationStore(store, number));
    if (!later) return newest;
    newest = later;
  }
  return null;
}

function storeWithin(store: Store, folder: string): Store {
  const inside = (path: string): string => `${folder}/${path}`;
  const outside = (path: string): string => path.slice(folder.length + 1);
  return {
    within: pathInOutput(store, folder),
    read: (path, range) => store.read(inside(path), range),
    stream: (path) => store.stream(inside(path)),
    async write(path, content) {
      const name = typeof path === 'string' ? inside(path) : (sha256: string) => inside(path(sha256));
      const written = await store.write(name, content);
      return { ...written, path: outside(written.path) };
    },
    promote: (from, to) => store.promote(inside(from), inside(to)),
    list: async (prefix, most) => (await store.list(inside(prefix), most)).map(outside),
    remove: (path) => store.remove(inside(path)),
  };
}
