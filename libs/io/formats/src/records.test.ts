import { constants, gzipSync, zstdCompressSync } from 'node:zlib';
import { chanceOf } from '@proofmill/test-kit';
import { describe, expect, it } from 'vitest';
import { readRecords } from './index.ts';
import { all, brief, memoryFile, messages, read } from './memory-file.fixture.ts';

const options = { maxRecordBytes: 1000, format: 'auto' } as const;

const numbered = (count: number) =>
  Array.from({ length: count }, (_, n) => `{"n":${n},"text":"${'é€x'.repeat(n % 90)}"}\n`);
const many = numbered(3000);
const manyBytes = Buffer.from(many.join(''));
const half = many.slice(0, 1500).join('');
const otherHalf = many.slice(1500).join('');
const skippable = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, 1, 2, 3, 4]);

describe('containers', () => {
  const files: [string, Buffer][] = [
    ['plain', manyBytes],
    ['gzip', gzipSync(manyBytes)],
    ['gzip of two members', Buffer.concat([gzipSync(half), gzipSync(otherHalf)])],
    ['gzip padded with zeros', Buffer.concat([gzipSync(half), gzipSync(otherHalf), Buffer.alloc(70_000)])],
    ['zstd', zstdCompressSync(manyBytes)],
    ['zstd of two frames', Buffer.concat([zstdCompressSync(half), zstdCompressSync(otherHalf)])],
    [
      'zstd as pzstd writes it, with an empty frame',
      Buffer.concat([skippable, zstdCompressSync(half), zstdCompressSync(''), skippable, zstdCompressSync(otherHalf)]),
    ],
    ['zstd of a frame for each line', Buffer.concat(many.slice(0, 400).map((line) => zstdCompressSync(line)))],
  ];
  const sizes = [7, 100, 4096, Number.MAX_SAFE_INTEGER];
  it.each(files.flatMap(([name, bytes]) => sizes.map((size) => ({ name, bytes, size }))))(
    '$name in pieces of $size',
    async ({ name, bytes, size }) => {
      const records = await read(bytes, { size });
      expect(records).toHaveLength(name.includes('each line') ? 400 : 3000);
      for (const [n, record] of records.entries()) {
        expect(record).toMatchObject({
          line: n + 1,
          bytes: Buffer.byteLength(many[n] ?? '') - 1,
          value: JSON.parse(many[n] ?? ''),
        });
      }
    },
  );

  it('yields groups of at most 256 records', async () => {
    const groups = await all(readRecords(memoryFile(manyBytes, { size: 1000 }), options));
    expect(Math.max(...groups.map((group) => group.length))).toBe(256);
    expect(Math.min(...groups.slice(0, -1).map((group) => group.length))).toBe(256);
  });

  it('passes errors of the source through', async () => {
    async function* broken() {
      yield Buffer.from('{"a":1}\n');
      throw new RangeError('gone');
    }
    const file = { ...memoryFile('{"a":1}\n'), stream: broken };
    await expect(all(readRecords(file, options))).rejects.toThrow(RangeError);
  });
});

describe('damage', () => {
  const flip = (bytes: Buffer, at: number) => {
    const copy = Buffer.from(bytes);
    copy.writeUInt8(copy.readUInt8(at) ^ 0x10, at);
    return copy;
  };
  // Random letters, so that the compressed file has many blocks and the damage many places.
  const chance = chanceOf(7);
  const noise = Array.from({ length: 4000 }, (_, n) => {
    const letters = Array.from({ length: 60 }, () => String.fromCharCode(97 + Math.floor(26 * chance())));
    return `{"n":${n},"text":"${letters.join('')}"}\n`;
  });
  const gzip = gzipSync(noise.join(''));
  // As the zstd command writes it; without the flag a flipped bit would go unnoticed.
  const zstd = zstdCompressSync(noise.join(''), { params: { [constants.ZSTD_c_checksumFlag]: 1 } });
  const files: [string, Buffer][] = [
    ['gzip cut short', gzip.subarray(0, gzip.length - 3)],
    ['gzip cut in the middle', gzip.subarray(0, gzip.length >> 1)],
    ['gzip with a wrong checksum', flip(gzip, gzip.length - 6)],
    ['gzip with a flipped bit', flip(gzip, gzip.length >> 1)],
    ['gzip with data after its end', Buffer.concat([gzip, Buffer.from('{"n":1}\n')])],
    ['gzip with data after its padding', Buffer.concat([gzip, Buffer.alloc(100), Buffer.from('{"n":1}\n')])],
    ['zstd cut short', zstd.subarray(0, zstd.length - 3)],
    ['zstd with a flipped bit', flip(zstd, zstd.length >> 1)],
    ['zstd with data after its end', Buffer.concat([zstd, Buffer.from('{"n":1}\n')])],
  ];
  it.each(files)('%s: the records ahead of it count, then one problem, however it is read', async (name, bytes) => {
    const records = await read(bytes);
    const last = records.at(-1);
    expect(last).toMatchObject({ line: records.length, problem: { class: 'damaged-file' } });
    // The checksum of the whole comes last: altered records were given by then.
    for (const [n, record] of name.includes('flipped') ? [] : records.slice(0, -1).entries()) {
      expect(record).toMatchObject({ line: n + 1, value: JSON.parse(noise[n] ?? '') });
    }
    for (const size of [100, 65_536, 1_000_000]) expect(await read(bytes, { size })).toEqual(records);
  });

  it.each([
    ['garbage', Buffer.from('junk')],
    ['the beginning of a member', gzip.subarray(0, 9)],
    ['a damaged member', flip(gzipSync('{"n":-1}\n'.repeat(20)), 12)],
  ])('keeps all of a whole member ahead of %s', async (_name, tail) => {
    const records = await read(Buffer.concat([gzip, tail]));
    expect(records.length).toBeGreaterThan(noise.length);
    expect(records.slice(0, noise.length).every((record) => 'value' in record)).toBe(true);
    expect(brief(records).at(-1)).toMatch(/:damaged-file$/);
  });

  it.each(files.slice(0, 2))('%s: the problem says so', async (_name, bytes) => {
    expect(messages(await read(bytes))).toEqual([expect.stringContaining('the file is cut short')]);
  });

  it.each([
    ['gzip', gzipSync(Buffer.alloc(200_000_000, 'x'))],
    ['zstd', zstdCompressSync(Buffer.alloc(2_000_000_000, 'x'))],
  ])('a %s bomb is one problem and no memory', async (_name, bytes) => {
    const before = process.memoryUsage().rss;
    expect(brief(await read(bytes))).toEqual(['1:decompression-bomb']);
    expect(process.memoryUsage().rss - before).toBeLessThan(150_000_000);
  });
});
