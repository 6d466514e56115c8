import {
  ConfigurationError,
  IntegrityError,
  type PlanEnd,
  type PlanEntry,
  sealedText,
  sha256,
} from '@proofmill/contract';
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
    expect(await readEnd(folderOf({ [paths.end]: sealedText(end) }))).toEqual(end);
    expect(await readEnd(folderOf({}))).toBeNull();
    expect(await readManifest(folderOf({}), 4)).toBeNull();
  });

  it('gives an entry with the digest of its stored bytes', async () => {
    const bytes = sealedText(entry);
    expect(await readEntry(folderOf({ [paths.entry(4)]: bytes }), 4)).toEqual({ entry, sha256: sha256(bytes) });
    expect(await readEntry(folderOf({}), 4)).toBeNull();
  });

  it('rejects anything else with an IntegrityError that names the path', async () => {
    const changed = sealedText(end).replace('"shards":2', '"shards":3');
    for (const bytes of ['', '{', 'null', changed, sealedText({ v: 2 }), sealedText({ ...end, shards: -1 })]) {
      await expect(readEnd(folderOf({ [paths.end]: bytes })), bytes).rejects.toThrow(IntegrityError);
      await expect(readEnd(folderOf({ [paths.end]: bytes })), bytes).rejects.toThrow(paths.end);
    }
    await expect(readEntry(folderOf({ [paths.entry(4)]: sealedText({}) }), 4)).rejects.toThrow(IntegrityError);
  });

  it('says what repairs a damaged object', async () => {
    const damaged = sealedText(entry).replace('"records":1', '"records":2');
    await expect(readEntry(folderOf({ [paths.entry(4)]: damaged }), 4)).rejects.toThrow(
      `${paths.entry(4)} is damaged: its sha256 is not that of its content. Remove it and END beside it, and give the same command again, with the corpus as it was`,
    );
  });

  it('rejects an object of another shard or run, though it is sound', async () => {
    const folder = stageFolder(
      storeOf({ [paths.entry(5)]: sealedText(entry), [paths.entry(4)]: sealedText(entry) }),
      'label',
      'q',
    );
    await expect(readEntry(folderOf({ [paths.entry(5)]: sealedText(entry) }), 5)).rejects.toThrow(
      `${paths.entry(5)} is that of shard 4, put in the place of shard 5`,
    );
    await expect(readEntry(folder, 4)).rejects.toThrow(`${paths.entry(4)} belongs to run r, and stage.json to run q`);
  });

  it('tells the folder of an earlier version from a damaged one', async () => {
    const old = folderOf({ [paths.end]: `${JSON.stringify(end)}\n` });
    await expect(readEnd(old)).rejects.toThrow(ConfigurationError);
    await expect(readEnd(old)).rejects.toThrow(
      'an earlier version of Proofmill wrote it: finish the job with that version',
    );
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
    expect(objects).toEqual({ [paths.end]: sealedText(end) });
    await expect(createEnd(folderOf(objects), { ...end, shards: 3 })).rejects.toThrow(ConfigurationError);
    expect(await readEnd(folderOf(objects))).toEqual(end);
    objects[paths.end] = sealedText(end).replace('"shards":2', '"shards":3');
    await expect(createEnd(folderOf(objects), end)).rejects.toThrow(IntegrityError);
  });
});
