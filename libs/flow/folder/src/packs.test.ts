import { ConfigurationError, IntegrityError, type PackLine, type PlanEntry } from '@proofmill/contract';
import { chunkEntry, encodePackLine } from '@proofmill/plan';
import { plainCodec } from '@proofmill/test-kit';
import { describe, expect, it } from 'vitest';
import { readFrame, readLines, stageFolder, writePack } from './index.ts';
import { storeOf } from './store.fixture.ts';

const source = { file: 'f', line: 1 };

const lineOf = (index: number): PackLine => ({
  ask: true,
  index,
  digest: '00'.repeat(32),
  item: { sourceId: null, source, prompt: [{ role: 'user', content: 'p' }], responses: ['a', 'b'], gold: null },
  prior: null,
});

/** A shard of two chunks of one line each. */
async function packed(objects: Record<string, string> = {}) {
  const folder = stageFolder(storeOf(objects), 'label');
  const lines = [lineOf(0), lineOf(1)];
  const frames = lines.map(encodePackLine);
  let offset = 0;
  const chunks = lines.map((line, number) => {
    const frame = frames[number] ?? new Uint8Array();
    const chunk = chunkEntry([{ line, encoded: frame }], frame, offset);
    offset += frame.length;
    return chunk;
  });
  const pack = await writePack(
    folder,
    0,
    (async function* () {
      yield* frames;
    })(),
  );
  const entry: PlanEntry = { v: 1, run: 'r', shard: 0, records: 2, from: source, to: source, pack, chunks };
  return { folder, entry, lines, frames };
}

describe('a pack', () => {
  it('gives each chunk, as its frame and as its lines', async () => {
    const { folder, entry, lines, frames } = await packed();
    for (const chunk of [0, 1]) {
      expect(Buffer.from(await readFrame(folder, entry, chunk))).toEqual(Buffer.from(frames[chunk] ?? []));
      expect(await readLines(folder, plainCodec, entry, chunk)).toEqual([lines[chunk]]);
    }
    await expect(readFrame(folder, entry, 2)).rejects.toThrow(RangeError);
  });

  it('rejects a chunk that is not the planned one, and gives the others', async () => {
    const objects: Record<string, string> = {};
    const { folder, entry, lines } = await packed(objects);
    const { pack } = folder.paths;
    objects[pack(0)] = (objects[pack(0)] ?? '').replace('"p"', '"q"');
    await expect(readLines(folder, plainCodec, entry, 0)).rejects.toThrow(IntegrityError);
    await expect(readFrame(folder, entry, 0)).rejects.toThrow(`${pack(0)} is damaged: chunk 0 is not the planned one`);
    expect(await readLines(folder, plainCodec, entry, 1)).toEqual([lines[1]]);
    delete objects[pack(0)];
    await expect(readFrame(folder, entry, 1)).rejects.toThrow(IntegrityError);
  });

  it('may be written again by another planner, if it is the same', async () => {
    const objects: Record<string, string> = {};
    const first = await packed(objects);
    expect((await packed(objects)).entry).toEqual(first.entry);
    objects[first.folder.paths.pack(0)] = 'of another corpus';
    await expect(packed(objects)).rejects.toThrow(ConfigurationError);
  });
});
