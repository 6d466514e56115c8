import { constants, gzipSync, zstdCompressSync } from 'node:zlib';
import { type RawRecord, Unreadable } from '@proofmill/contract';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { readRecords } from '../index.ts';
import { all, brief, memoryFile, messages, read } from '../memory-file.fixture.ts';

type Options = Omit<Parameters<typeof parquetWriteBuffer>[0], 'columnData'>;

const column = <T>(count: number, cell: (n: number) => T): T[] => Array.from({ length: count }, (_, n) => cell(n));
const text = (n: number) => `question ${n} `.repeat(n % 7) + ['', 'é', '€', '😀'][n % 4];

/** A table of texts, nulls, numbers, flags and lists. */
function table(count: number, options: Options = {}): Buffer {
  return Buffer.from(
    parquetWriteBuffer({
      columnData: [
        { name: 'prompt', data: column(count, text), type: 'STRING' },
        { name: 'chosen', data: column(count, (n) => (n % 3 === 0 ? null : `answer ${n % 5}`)), type: 'STRING' },
        { name: 'n', data: column(count, (n) => n), type: 'INT32' },
        { name: 'id', data: column(count, (n) => 9_007_199_254_740_990n + BigInt(n)), type: 'INT64' },
      ],
      ...options,
    }),
  );
}

const rowOf = (n: number) => ({
  prompt: text(n),
  chosen: n % 3 === 0 ? null : `answer ${n % 5}`,
  n,
  id: n < 2 ? 9_007_199_254_740_990 + n : String(9_007_199_254_740_990n + BigInt(n)),
});

describe('Parquet', () => {
  it.each<[string, Options]>([
    ['in one row group', {}],
    ['in many row groups', { rowGroupSize: 70 }],
    ['in small pages', { pageSize: 300 }],
    ['uncompressed', { codec: 'UNCOMPRESSED' }],
    ['with gzip', { codec: 'GZIP', compressors: { GZIP: (bytes) => gzipSync(bytes) } }],
    [
      'with zstd, in small pages',
      { codec: 'ZSTD', compressors: { ZSTD: (bytes) => zstdCompressSync(bytes) }, pageSize: 500 },
    ],
  ])('%s gives each row with its number', async (_name, options) => {
    const records = await read(table(1000, options));
    expect(records.map(({ line }) => line)).toEqual(column(1000, (n) => n + 1));
    expect(records.map((record) => 'value' in record && record.value)).toEqual(column(1000, rowOf));
  });

  it('nested columns are objects and lists again, over pages too', async () => {
    const cells = column(400, (n) =>
      column(n % 4, (m) => ({ role: m % 2 ? 'assistant' : 'user', content: text(n + m) })),
    );
    const message = { role: 'STRING', content: 'STRING' };
    const bytes = parquetWriteBuffer({
      columnData: [{ name: 'messages', data: cells }],
      schema: [
        { name: 'root', num_children: 1 },
        { name: 'messages', repetition_type: 'OPTIONAL', num_children: 1, converted_type: 'LIST' },
        { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
        { name: 'element', repetition_type: 'OPTIONAL', num_children: 2 },
        ...Object.keys(message).map(
          (name) => ({ name, type: 'BYTE_ARRAY', repetition_type: 'OPTIONAL', converted_type: 'UTF8' }) as const,
        ),
      ],
      pageSize: 700,
    });
    const records = await read(Buffer.from(bytes));
    expect(records.map((record) => 'value' in record && record.value)).toEqual(cells.map((messages) => ({ messages })));
  });

  it('cells that are no JSON are times, texts, or cannot be read', async () => {
    const bytes = parquetWriteBuffer({
      columnData: [
        { name: 'at', data: [new Date('2026-01-02T03:04:05.006Z')], type: 'TIMESTAMP' },
        { name: 'score', data: [Number.NaN], type: 'DOUBLE' },
        { name: 'picture', data: [new Uint8Array([0xff, 0xd8, 0xff])], type: 'BYTE_ARRAY' },
        { name: 'text', data: [new Uint8Array([0x68, 0x69])], type: 'BYTE_ARRAY' },
        { name: 'json', data: [{ a: [1] }], type: 'JSON' },
      ],
    });
    const [record] = await read(Buffer.from(bytes));
    expect(record).toMatchObject({
      value: {
        at: '2026-01-02T03:04:05.006Z',
        score: expect.any(Unreadable),
        picture: expect.any(Unreadable),
        text: 'hi',
        json: { a: [1] },
      },
    });
  });

  it('ids keep all their digits, and bytes that are no text are hexadecimal digits', async () => {
    const decimal = { converted_type: 'DECIMAL', repetition_type: 'REQUIRED', precision: 30, scale: 2 } as const;
    const columns = {
      int: [{ type: 'INT64' }, [9_007_199_254_740_993n, 7n]],
      unsigned: [{ type: 'INT64', converted_type: 'UINT_64' }, [18_446_744_073_709_551_615n, 1n]],
      small: [{ type: 'INT32', ...decimal }, [150n, -5n]],
      long: [{ type: 'INT64', ...decimal }, [12_345_678_901_234_567n, 100n]],
      wide: [{ type: 'FIXED_LEN_BYTE_ARRAY', type_length: 13, ...decimal }, [-2n, 256n]],
      uuid: [
        { type: 'FIXED_LEN_BYTE_ARRAY', type_length: 16, logical_type: { type: 'UUID' } },
        [new Uint8Array(16).fill(0xab), new Uint8Array(16)],
      ],
      bytes: [{ type: 'BYTE_ARRAY' }, [new Uint8Array([0xff, 0x01]), new Uint8Array([0x61])]],
    } as const;
    const bytes = parquetWriteBuffer({
      columnData: Object.entries(columns).map(([name, [, data]]) => ({ name, data: [...data] })),
      schema: [
        { name: 'root', num_children: Object.keys(columns).length },
        ...Object.entries(columns).map(
          ([name, [element]]) => ({ name, repetition_type: 'REQUIRED', ...element }) as const,
        ),
      ],
    });
    const records = await read(Buffer.from(bytes));
    const idsOf = (record: RawRecord | undefined): object =>
      record && 'value' in record
        ? Object.fromEntries(
            Object.entries(record.value as object).map(([name, value]) => [name, record.written?.at(name) ?? value]),
          )
        : {};
    expect(idsOf(records[0])).toEqual({
      int: '9007199254740993',
      unsigned: '18446744073709551615',
      small: '1.50',
      long: '123456789012345.67',
      wide: '-0.02',
      uuid: 'abababab-abab-abab-abab-abababababab',
      bytes: 'ff01',
    });
    expect(records[1]).toMatchObject({ value: { int: 7, unsigned: 1, small: -0.05, long: 1, wide: 2.56, bytes: 'a' } });
  });

  it('a damaged page costs the rest of its row group, and one problem says what is lost', async () => {
    const bytes = table(300, { rowGroupSize: 100, codec: 'GZIP', compressors: { GZIP: (page) => gzipSync(page) } });
    const pages = Array.from({ length: bytes.length }, (_, at) => at).filter(
      (at) => bytes.readUInt16BE(Math.min(at, bytes.length - 2)) === 0x1f8b,
    );
    const second = pages[pages.length / 3] ?? 0;
    bytes.fill(0xaa, second + 12, second + 40);
    const records = await read(bytes);
    const problems = records.filter((record) => 'problem' in record);
    expect(problems).toMatchObject([
      {
        line: 101,
        problem: { class: 'damaged-file', message: expect.stringMatching(/row group 1 .*100 rows of it are lost/) },
      },
    ]);
    expect(records.filter((record) => 'value' in record).map(({ line }) => line)).toEqual([
      ...column(100, (n) => n + 1),
      ...column(100, (n) => n + 201),
    ]);
  });

  it('a file that is cut short says so', async () => {
    const bytes = table(100);
    expect(brief(await read(bytes.subarray(0, -10)))).toEqual(['1:damaged-file']);
    expect(messages(await read(bytes.subarray(0, 20)))[0]).toMatch(/cut short or damaged/);
  });

  const plain = table(700, { rowGroupSize: 300 });
  const half = plain.length / 2;
  const longWindow = {
    [constants.ZSTD_c_windowLog]: 28,
    [constants.ZSTD_c_enableLongDistanceMatching]: 1,
  };
  it.each<[string, Uint8Array]>([
    ['gzip', gzipSync(plain)],
    ['gzip of two members', Buffer.concat([gzipSync(plain.subarray(0, half)), gzipSync(plain.subarray(half))])],
    [
      'zstd of frames',
      Buffer.concat([zstdCompressSync(plain.subarray(0, half)), zstdCompressSync(plain.subarray(half))]),
    ],
    ['zstd with a long window', zstdCompressSync(plain, { params: longWindow })],
    ['zstd in gzip', gzipSync(zstdCompressSync(plain))],
  ])('inside of %s it has the same records', async (_name, bytes) => {
    expect(await read(bytes)).toEqual(await read(plain));
  });

  it('inside a compression that is cut short nothing can be read, since its end says where everything is', async () => {
    const cut = gzipSync(plain).subarray(0, -30);
    expect(messages(await read(cut))).toEqual([
      expect.stringMatching(
        /^the file is a Parquet file, compressed with gzip, and nothing of it can be read: .*cut short/,
      ),
    ]);
  });

  it('a large row group is read in parts', async () => {
    const texts = column(40_000, (n) => `${n}`.padEnd(600, 'x'));
    const columnData = [{ name: 'a', data: texts, type: 'STRING' as const }];
    const bytes = Buffer.from(parquetWriteBuffer({ columnData, codec: 'UNCOMPRESSED', rowGroupSize: 40_000 }));
    expect(bytes.length).toBeGreaterThan(20_000_000);
    const file = memoryFile(bytes);
    const reads: number[] = [];
    const counted = {
      ...file,
      read(offset: number, length: number) {
        reads.push(length);
        return file.read(offset, length);
      },
    };
    let records = 0;
    for await (const group of readRecords(counted, { maxRecordBytes: 1_000_000, format: 'auto' }))
      records += group.length;
    expect(records).toBe(40_000);
    expect(Math.max(...reads)).toBeLessThan(4_000_000);
  });

  it('the next row group is fetched while one is decoded', async () => {
    const file = memoryFile(table(900, { rowGroupSize: 300 }));
    let reads = 0;
    const counted = {
      ...file,
      read(offset: number, length: number) {
        reads += 1;
        return file.read(offset, length);
      },
    };
    const records = readRecords(counted, { maxRecordBytes: 1_000_000, format: 'auto' });
    await records.next();
    // The footer, the row group of these records, and the next one.
    expect(reads).toBe(3);
    await records.return(undefined);
  });

  it('passes errors of the place through', async () => {
    const file = memoryFile(table(10));
    const broken = { ...file, read: () => Promise.reject(new RangeError('gone')) };
    await expect(all(readRecords(broken, { maxRecordBytes: 1000, format: 'auto' }))).rejects.toThrow(RangeError);
  });
});
