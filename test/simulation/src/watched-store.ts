import { outputPaths, type Store } from '@proofmill/contract';
import { memoryStore } from '@proofmill/test-kit';

/** A store that remembers the first content of every name, and notices a different one. */
export function watchOver(objects: Map<string, Uint8Array>, changed: string[], mayChange: readonly string[]): Store {
  const original = objects.set.bind(objects);
  const firsts = new Map<string, Uint8Array>();
  objects.set = (path, bytes) => {
    const first = firsts.get(path) ?? bytes;
    firsts.set(path, first);
    if (Buffer.compare(first, bytes) !== 0 && !mayChange.includes(path))
      changed.push(`${path} got different bytes later`);
    return original(path, bytes);
  };
  return memoryStore(objects);
}

/** Files that are the same whoever finishes the job. */
export const sameForAll: readonly string[] = [outputPaths.card, ...Object.values(outputPaths.healthPicture)];
