import { IntegrityError, type PlanEnd, type Store, sha256 } from '@proofmill/contract';
import { describe, expect, it } from 'vitest';
import { readEnd, readEntry, readManifest, type StageFolder, stageFolder } from './index.ts';

const { paths } = stageFolder(storeOf({}), 'label');
const folderOf = (objects: Record<string, string>): StageFolder => stageFolder(storeOf(objects), 'label');

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
    expect(await readEnd(folderOf({ [paths.end]: JSON.stringify(end) }))).toEqual(end);
    expect(await readEnd(folderOf({}))).toBeNull();
    expect(await readManifest(folderOf({}), 4)).toBeNull();
  });

  it('gives an entry with the digest of its bytes as they lie', async () => {
    const bytes = `${JSON.stringify(entry)}\n`;
    expect(await readEntry(folderOf({ [paths.entry(4)]: bytes }), 4)).toEqual({ entry, sha256: sha256(bytes) });
    expect(await readEntry(folderOf({}), 4)).toBeNull();
  });

  it('has an IntegrityError, with the path, for anything else', async () => {
    for (const bytes of ['', '{', 'null', '{"v":2}', JSON.stringify({ ...end, shards: -1 })]) {
      await expect(readEnd(folderOf({ [paths.end]: bytes })), bytes).rejects.toThrow(IntegrityError);
      await expect(readEnd(folderOf({ [paths.end]: bytes })), bytes).rejects.toThrow(paths.end);
    }
    await expect(readEntry(folderOf({ [paths.entry(4)]: '{}' }), 4)).rejects.toThrow(IntegrityError);
  });
});
