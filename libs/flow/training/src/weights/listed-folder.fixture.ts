/** A folder of an object store in memory, on whose names nothing is imposed. */
import { type ListedFolder, sha256 } from '@proofmill/contract';

export const listedFolder = (
  objects: Map<string, Uint8Array>,
  recorded: ReadonlyMap<string, string> = new Map(),
): ListedFolder => ({
  async list(most) {
    return [...objects]
      .map(([path, bytes]) => ({ path, bytes: bytes.length, version: sha256(bytes) }))
      .toSorted((one, other) => (one.path < other.path ? -1 : 1))
      .slice(0, most);
  },
  async *stream({ path }) {
    yield objects.get(path) ?? new Uint8Array();
  },
  recordedSha256: async (path) => recorded.get(path) ?? null,
});
