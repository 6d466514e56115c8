import { constants, gzipSync, zstdCompressSync } from 'node:zlib';
import type { RawRecord } from '@proofmill/contract';
import { chanceOf } from '@proofmill/test-kit';
import { describe, expect, it } from 'vitest';
import { readRecords } from './index.ts';

async function all<T>(source: AsyncIterable<T>): Promise<T[]> {
  const values: T[] = [];
  for await (const value of source) values.push(value);
  return values;
}

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
}

async function read(content: string | Uint8Array, { size = 65_537, maxRecordBytes = 1000 } = {}): Promise<RawRecord[]> {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  return (await all(readRecords(pieces(bytes, size), { maxRecordBytes }))).flat();
}

/** `line:class` of a problem, `line:value` of a record. */
const brief = (records: readonly RawRecord[]) =>
  records.map(
    (record) => `${record.line}:${'problem' in record ? record.problem.class : JSON.stringify(record.value)}`,
  );

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
        expect(record).toEqual({
          line: n + 1,
          bytes: Buffer.byteLength(many[n] ?? '') - 1,
          value: JSON.parse(many[n] ?? ''),
        });
      }
    },
  );

  it('yields groups of at most 256 records', async () => {
    const groups = await all(readRecords(pieces(manyBytes, 1000), { maxRecordBytes: 1000 }));
    expect(Math.max(...groups.map((group) => group.length))).toBe(256);
    expect(Math.min(...groups.slice(0, -1).map((group) => group.length))).toBe(256);
  });

  it.each([
    ['Parquet', 'PAR1 and more'],
    ['zip', Buffer.from([0x50, 0x4b, 3, 4, 0, 0])],
    ['UTF-16', Buffer.from('\ufeff{"a":1}\n{"a":2}\n', 'utf16le')],
    ['Git LFS pointer', 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a2146\nsize 12345\n'],
    ['git lfs pull', 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a2146\nsize 12345\n'],
    ['git-annex', '../.git/annex/objects/Kx/2v/SHA256E-s1--a.jsonl\n'],
    ['web page', '\n<!DOCTYPE html>\n<html><body>Please log in</body></html>\n'],
  ])('a file of another kind (%s) is one problem that says so', async (name, bytes) => {
    const records = await read(bytes);
    expect(brief(records)).toEqual(['1:unknown-format']);
    expect(records).toMatchObject([{ problem: { message: expect.stringContaining(name) } }]);
  });

  it('passes errors of the source through', async () => {
    async function* broken() {
      yield Buffer.from('{"a":1}\n');
      throw new RangeError('gone');
    }
    await expect(all(readRecords(broken(), { maxRecordBytes: 10 }))).rejects.toThrow(RangeError);
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

  it('loses at most 64 KB of content ahead of the damage', async () => {
    const records = await read(Buffer.concat([gzip, Buffer.from('junk')]));
    const lost = noise.slice(records.length - 1).join('').length;
    expect(lost).toBeLessThanOrEqual(64 * 1024 + 100);
  });

  it.each([
    ['gzip', gzipSync(Buffer.alloc(200_000_000))],
    ['zstd', zstdCompressSync(Buffer.alloc(2_000_000_000))],
  ])('a %s bomb is one problem and no memory', async (_name, bytes) => {
    const before = process.memoryUsage().rss;
    expect(brief(await read(bytes))).toEqual(['1:decompression-bomb']);
    expect(process.memoryUsage().rss - before).toBeLessThan(150_000_000);
  });
});

describe('lines', () => {
  const cases: [name: string, content: string | Uint8Array, expected: string[]][] = [
    ['an empty file', '', []],
    ['only blank lines', '\n \r\n\t\n', []],
    ['blank lines count', '\n{"a":1}\n\n  \n{"a":2}\n', ['2:{"a":1}', '5:{"a":2}']],
    ['no end of the last line', '{"a":1}\n{"a":2}', ['1:{"a":1}', '2:{"a":2}']],
    ['carriage returns', '{"a":1}\r\n\r\n{"a":2}\r\n', ['1:{"a":1}', '3:{"a":2}']],
    ['a byte order mark', '\ufeff{"a":1}\n{"a":2}\n', ['1:{"a":1}', '2:{"a":2}']],
    ['a byte order mark later on', '{"a":1}\n\ufeff{"a":2}\n', ['1:{"a":1}', '2:not-json']],
    ['NUL bytes', '{"a":1}\n\0\0\0\n{"a":"\0"}\n{"a":2}\n', ['1:{"a":1}', '2:not-json', '3:not-json', '4:{"a":2}']],
    [
      'invalid UTF-8',
      Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xc3, 0x28]), Buffer.from('"}\n{"a":2}\n')]),
      ['1:not-utf8', '2:{"a":2}'],
    ],
    [
      'a surrogate as UTF-8 bytes',
      Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from('"}\n')]),
      ['1:not-utf8'],
    ],
    [
      'half a surrogate pair',
      '{"a":"\\ud800"}\n{"\\udc00":1}\n{"a":"\\ud83d\\ude00"}\n',
      ['1:not-text', '2:not-text', '3:{"a":"😀"}'],
    ],
    ['NaN', '{"a":NaN}\n{"a":1}', ['1:not-json', '2:{"a":1}']],
    [
      'no objects',
      '5\n"x"\nnull\ntrue\n[1]\n',
      ['1:not-an-object', '2:not-an-object', '3:not-an-object', '4:not-an-object', '5:not-an-object'],
    ],
    [
      'forbidden keys',
      '{"__proto__":{"x":1}}\n{"a":[{"constructor":1}]}\n{"\\u005f_proto__":1}\n{"a":"__proto__"}',
      ['1:forbidden-key', '2:forbidden-key', '3:forbidden-key', '4:{"a":"__proto__"}'],
    ],
    ['a key twice', '{"a":1,"a":2}', ['1:{"a":2}']],
    [
      'integers beyond 2^53',
      '{"id":12345678901234567890,"b":[-9007199254740993],"c":1e300,"d":9007199254740991}',
      ['1:{"id":"12345678901234567890","b":["-9007199254740993"],"c":1e+300,"d":9007199254740991}'],
    ],
    [
      'a line at the limit and one beyond',
      `{"a":"${'x'.repeat(992)}"}\n{"a":"${'x'.repeat(993)}"}\r\n{"a":1}`,
      ['1', '2:too-large', '3:{"a":1}'],
    ],
    ['a JSON array over many lines', '\n[\n  {"a":1},\n  {"a":2}\n]\n', ['2:json-array']],
    ['a JSON array in one line', '[{"a":1},{"a":2}]\n', ['1:not-an-object']],
    ['an array later on', '{"a":1}\n[\n{"a":2}', ['1:{"a":1}', '2:not-json', '3:{"a":2}']],
  ];
  it.each(cases)('%s', async (_name, content, expected) => {
    for (const size of [1, 7, 65_536]) {
      const found = brief(await read(content, { size }));
      expect(found.map((text, index) => (expected[index]?.includes(':') ? text : text.split(':')[0]))).toEqual(
        expected,
      );
    }
  });

  it('recognises a JSON array, even as one long line', async () => {
    const array = `[${Array.from({ length: 500 }, () => '{"a":1}').join(',')}]`;
    for (const content of [array, '[\n{"a":1}\n]', '[{"a":1}]']) {
      expect(await read(content)).toMatchObject([
        { problem: { message: expect.stringMatching(/JSON array.*JSON lines/) } },
      ]);
    }
  });

  it('skips a line of 400 MB without holding it, and reads the next', async () => {
    async function* long() {
      yield Buffer.from('{"a":1}\n{"a":"');
      for (let count = 0; count < 6400; count += 1) yield Buffer.alloc(65_536, 'x');
      yield Buffer.from('"}\n{"a":2}\n');
    }
    const before = process.memoryUsage().rss;
    const records = (await all(readRecords(long(), { maxRecordBytes: 8_000_000 }))).flat();
    expect(brief(records)).toEqual(['1:{"a":1}', '2:too-large', '3:{"a":2}']);
    expect(records[1]?.bytes).toBe(6400 * 65_536 + 8);
    expect(process.memoryUsage().rss - before).toBeLessThan(150_000_000);
  });

  it.each([
    ['arrays', `{"a":${'['.repeat(1e6)}${']'.repeat(1e6)}}`],
    ['objects', `${'{"a":'.repeat(1e6)}1${'}'.repeat(1e6)}`],
    ['never closed', `{"a":${'['.repeat(1e6)}`],
    ['a little too deep', `{"a":${'['.repeat(200)}${']'.repeat(200)}}`],
  ])('a million levels of %s are a problem', async (_name, line) => {
    expect(brief(await read(`${line}\n{"a":1}\n`, { maxRecordBytes: 8_000_000 }))).toEqual(['1:too-deep', '2:{"a":1}']);
  });

  it('does not count brackets in texts as levels', async () => {
    const line = JSON.stringify({ a: '[{"\\'.repeat(100_000), b: [[[1]]] });
    expect(await read(line, { maxRecordBytes: 8_000_000 })).toMatchObject([{ value: { b: [[[1]]] } }]);
  });
});
