import { IntegrityError, type Store, sha256 } from '@proofmill/contract';

/** A store of texts, of what the output folder needs of one. Streams give `pieceBytes` at a time. */
export function storeOf(objects: Record<string, string>, pieceBytes = 7): Store {
  const bytesOf = (path: string): Buffer | null => (path in objects ? Buffer.from(objects[path] ?? '') : null);
  const unused = (): Promise<never> => Promise.reject(new Error('not for these tests'));
  return {
    async read(path, range) {
      const bytes = bytesOf(path);
      return bytes && range ? bytes.subarray(range.offset, range.offset + range.length) : bytes;
    },
    async *stream(path) {
      const bytes = bytesOf(path);
      if (!bytes) throw new IntegrityError(`${path} is missing`);
      for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
    },
    async write(path, content) {
      const pieces: Uint8Array[] = [];
      for await (const piece of content) pieces.push(piece);
      const bytes = Buffer.concat(pieces);
      const digest = sha256(bytes);
      const name = typeof path === 'string' ? path : path(digest);
      const created = !(name in objects);
      if (created) objects[name] = bytes.toString();
      return { path: name, created, bytes: bytes.length, sha256: digest };
    },
    list: async (prefix, most) =>
      Object.keys(objects)
        .filter((path) => path.startsWith(prefix))
        .slice(0, most)
        .sort(),
    promote: unused,
    remove: unused,
  };
}
