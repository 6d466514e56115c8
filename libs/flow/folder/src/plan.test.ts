import { ConfigurationError, IntegrityError, type PlanEnd, type PlanEntry, sha256 } from '@proofmill/contract';
import { describe, expect, it } from 'vitest';
import { createEnd, readEnd, readEntry, readManifest, requireEnd, type StageFolder, stageFolder } from './index.ts';
import { storeOf } from './store.fixture.ts';

const folderOf = (objects: Record<string, string>): StageFolder => stageFolder(storeOf(objects), 'label');
const { paths } = folderOf({});

const end: PlanEnd = { v: 1, run: 'r', shards: 2, records: 3, decided: 1 };
const entry: PlanEntry = {
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
  it('gives what is stored, and null where nothing is', async () => {
    expect(await readEnd(folderOf({ [paths.end]: JSON.stringify(end) }))).toEqual(end);
    expect(await readEnd(folderOf({}))).toBeNull();
    expect(await readManifest(folderOf({}), 4)).toBeNull();
  });

  it('gives an entry with the digest of its stored bytes', async () => {
    const bytes = `${JSON.stringify(entry)}\n`;
    expect(await readEntry(folderOf({ [paths.entry(4)]: bytes }), 4)).toEqual({ entry, sha256: sha256(bytes) });
    expect(await readEntry(folderOf({}), 4)).toBeNull();
  });

  it('rejects anything else with an IntegrityError that names the path', async () => {
    for (const bytes of ['', '{', 'null', '{"v":2}', JSON.stringify({ ...end, shards: -1 })]) {
      await expect(readEnd(folderOf({ [paths.end]: bytes })), bytes).rejects.toThrow(IntegrityError);
      await expect(readEnd(folderOf({ [paths.end]: bytes })), bytes).rejects.toThrow(paths.end);
    }
    await expect(readEntry(folderOf({ [paths.entry(4)]: '{}' }), 4)).rejects.toThrow(IntegrityError);
  });

  it('rejects a plan without END where a whole one is required', async () => {
    await expect(requireEnd(folderOf({}))).rejects.toThrow(`${paths.end} is missing`);
  });
});

describe('writing a plan', () => {
  it('may be repeated with the same content, and is refused with another', async () => {
    const objects: Record<string, string> = {};
    await createEnd(folderOf(objects), end);
    await createEnd(folderOf(objects), end);
    expect(objects).toEqual({ [paths.end]: `${JSON.stringify(end)}\n` });
    await expect(createEnd(folderOf(objects), { ...end, shards: 3 })).rejects.toThrow(ConfigurationError);
    expect(await readEnd(folderOf(objects))).toEqual(end);
  });
});
