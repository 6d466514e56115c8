import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigurationError } from '@proofmill/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { all } from './memory-file.fixture.ts';
import { TooLargeToUnpack, unpacked } from './unpacked.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'proofmill-unpacked-test-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function* pieces(...texts: string[]): AsyncGenerator<Buffer> {
  for (const text of texts) yield Buffer.from(text);
}

it('content is read in any order, and nothing of it has a name that a killed process could leave behind', async () => {
  const during: string[][] = [];
  async function* watched(): AsyncGenerator<Buffer> {
    for await (const piece of pieces('abc', 'defg', 'h')) {
      during.push(await readdir(folder));
      yield piece;
    }
  }
  await using file = await unpacked('x.parquet.gz', watched(), { folder });
  const read = async (offset: number, length: number) => Buffer.from(await file.read(offset, length)).toString();
  expect([file.uri, file.bytes, during, await readdir(folder)]).toEqual(['x.parquet.gz', 8, [[], [], []], []]);
  expect([await read(2, 3), await read(6, 10), await read(9, 1)]).toEqual(['cde', 'gh', '']);
  expect(Buffer.concat(await all(file.stream())).toString()).toBe('abcdefgh');
});

it('content beyond the bound is not written', async () => {
  await expect(unpacked('x', pieces('abc', 'defg'), { folder, most: 6 })).rejects.toThrow(TooLargeToUnpack);
  await using whole = await unpacked('x', pieces('abc', 'def'), { folder, most: 6 });
  expect(whole.bytes).toBe(6);
});

it('a folder that cannot be written to is a mistake of the configuration, with the way out', async () => {
  const file = join(folder, 'file');
  await writeFile(file, '');
  for (const wrong of [join(folder, 'missing'), file]) {
    const unpacking = unpacked('x.parquet.gz', pieces('abc'), { folder: wrong });
    await expect(unpacking).rejects.toThrow(ConfigurationError);
    await expect(unpacking).rejects.toThrow(/Cannot unpack x\.parquet\.gz in .*TMPDIR/);
  }
  await rm(file);
});
