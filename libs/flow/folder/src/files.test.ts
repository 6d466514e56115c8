import { IntegrityError, sha256 } from '@proofmill/contract';
import { describe, expect, it } from 'vitest';
import { committedShards, contentOf, stageFolder, verifyStaged, writeStaged } from './index.ts';
import { readJsonLines } from './json-lines.ts';
import { storeOf } from './store.fixture.ts';

const linesOf = async (text: string, pieceBytes: number): Promise<string[]> => {
  const lines: string[] = [];
  for await (const line of readJsonLines(storeOf({ file: text }, pieceBytes), 'file')) lines.push(line);
  return lines;
};

async function* pieces(...contents: (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const content of contents) yield Buffer.from(content);
}

describe('JSON lines', () => {
  it('are the same however the bytes are cut into pieces', async () => {
    const lines = ['{"a":1}', '"ä€𝄞"', '', '{}'];
    for (let pieceBytes = 1; pieceBytes < 30; pieceBytes += 1)
      expect(await linesOf(`${lines.join('\n')}\n`, pieceBytes), `pieces of ${pieceBytes}`).toEqual(lines);
    expect(await linesOf('', 1)).toEqual([]);
  });

  it('end with a line feed: the rest of a line is an IntegrityError', async () => {
    await expect(linesOf('{}\n{', 2)).rejects.toThrow('file does not end with a line feed');
    await expect(linesOf('{}', 2)).rejects.toThrow(IntegrityError);
  });

  it('are UTF-8', async () => {
    const store = { ...storeOf({}), stream: () => pieces(Uint8Array.of(0x22, 0xff, 0x22, 0x0a)) };
    const read = async (): Promise<void> => {
      for await (const line of readJsonLines(store, 'file')) expect(line).toBe('never given');
    };
    await expect(read()).rejects.toThrow('file is not UTF-8');
  });
});

describe('the content of a stream', () => {
  it('is its size, digest and line feeds', async () => {
    expect(await contentOf(pieces('a\nb', '\n\n', 'c'))).toEqual({
      bytes: 6,
      sha256: sha256('a\nb\n\nc'),
      lineFeeds: 3,
    });
    expect(await contentOf(pieces())).toEqual({ bytes: 0, sha256: sha256(''), lineFeeds: 0 });
  });
});

describe('a staged file', () => {
  it('is named by shard, epoch and content, and reads as it was written', async () => {
    const objects: Record<string, string> = {};
    const folder = stageFolder(storeOf(objects), 'label');
    const written = await writeStaged(folder, { kind: 'rows', shard: 3, epoch: 2 }, pieces('{}\n', '{}\n'));
    expect(written.path).toBe(folder.paths.staged('rows', 3, 2, sha256('{}\n{}\n')));
    await verifyStaged(folder.store, { ...written, count: 2 });
    await expect(verifyStaged(folder.store, { ...written, count: 1 })).rejects.toThrow(IntegrityError);
    objects[written.path] = '{}\n[]\n';
    await expect(verifyStaged(folder.store, { ...written, count: 2 })).rejects.toThrow(IntegrityError);
  });
});

describe('the shards that are committed', () => {
  it('are those with a manifest, whatever else lies in the folder', async () => {
    const { paths } = stageFolder(storeOf({}), 'label');
    const names = [paths.manifest(7), paths.manifest(100_000), `${paths.manifests}notes.txt`, paths.entry(1)];
    const folder = stageFolder(storeOf(Object.fromEntries(names.map((name) => [name, '']))), 'label');
    expect(await committedShards(folder)).toEqual([7, 100_000]);
  });
});
