import { IntegrityError, type PlanEnd, type Store, sha256, stagePaths } from '@proofmill/contract';
import { describe, expect, it } from 'vitest';
import { readEnd, readEntry, readManifest } from './index.ts';

const paths = stagePaths('label');

function storeOf(objects: Record<string, string>): Store {
  const unused = () => Promise.reject(new Error('not for this test'));
  return {
    read: async (path) => (path in objects ? Buffer.from(objects[path] ?? '') : null),
    stream: () => {
      throw new Error('not for this test');
    },
    write: unused,
    promote: unused,
    list: unused,
    remove: unused,
  };
}

const end: PlanEnd = { v: 1, run: 'r', shards: 2, records: 3, decided: 1 };
const entry = {
  v: 1,
  run: 'r',
  shard: 4,
  records: 1,
  from: { file: 'f', line: 1 },
  to: { file: 'f', line: 1 },
  pack: { bytes: 1, sha256: 's' },
  chunks: [{ offset: 0, bytes: 1, first: 0, count: 1, sha256: 's', digests: '', decided: [] }],
};

describe('reading a stored plan', () => {
  it('gives what is there, and null where nothing is', async () => {
    expect(await readEnd(storeOf({ [paths.end]: JSON.stringify(end) }), paths)).toEqual(end);
    expect(await readEnd(storeOf({}), paths)).toBeNull();
    expect(await readManifest(storeOf({}), paths, 4)).toBeNull();
  });

  it('gives an entry with the digest of its bytes as they lie', async () => {
    const bytes = `${JSON.stringify(entry)}\n`;
    expect(await readEntry(storeOf({ [paths.entry(4)]: bytes }), paths, 4)).toEqual({ entry, sha256: sha256(bytes) });
    expect(await readEntry(storeOf({}), paths, 4)).toBeNull();
  });

  it('has an IntegrityError, with the path, for anything else', async () => {
    for (const bytes of ['', '{', 'null', '{"v":2}', JSON.stringify({ ...end, shards: -1 })]) {
      await expect(readEnd(storeOf({ [paths.end]: bytes }), paths), bytes).rejects.toThrow(IntegrityError);
      await expect(readEnd(storeOf({ [paths.end]: bytes }), paths), bytes).rejects.toThrow(paths.end);
    }
    await expect(readEntry(storeOf({ [paths.entry(4)]: '{}' }), paths, 4)).rejects.toThrow(IntegrityError);
  });
});
