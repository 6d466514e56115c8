import { createHash } from 'node:crypto';
import { IntegrityError, type Store, type Written } from '@proofmill/contract';

/** Objects in a map: for tests, and as the plainest statement of what a store promises. */
export function memoryStore(objects: Map<string, Uint8Array> = new Map()): Store {
  const required = (path: string): Uint8Array => {
    const found = objects.get(path);
    if (!found) throw new IntegrityError(`${path} is missing`);
    return found;
  };

  return {
    async read(path, range) {
      const found = objects.get(path);
      if (!found) return null;
      return range ? found.subarray(range.offset, range.offset + range.length) : found;
    },

    async *stream(path) {
      yield required(path);
    },

    async write(path, content): Promise<Written> {
      const hash = createHash('sha256');
      const pieces: Uint8Array[] = [];
      for await (const piece of content) {
        hash.update(piece);
        pieces.push(piece);
      }
      const bytes = Buffer.concat(pieces);
      const sha256 = hash.digest('hex');
      const target = typeof path === 'string' ? path : path(sha256);
      const created = !objects.has(target);
      if (created) objects.set(target, bytes);
      return { path: target, created, bytes: bytes.length, sha256 };
    },

    async promote(from, to) {
      const content = required(from);
      const existing = objects.get(to);
      if (existing && Buffer.compare(existing, content) !== 0) throw new IntegrityError(`${to} differs from ${from}`);
      objects.set(to, content);
    },

    async list(prefix, most) {
      const found = [...objects.keys()].filter((path) => path.startsWith(prefix)).sort();
      return found.slice(0, most);
    },

    async remove(path) {
      objects.delete(path);
    },
  };
}
