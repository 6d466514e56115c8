import { gzipSync, zstdCompressSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { readRecords } from './index.ts';
import { all, brief, memoryFile, messages, read } from './memory-file.fixture.ts';
import { nameSays } from './name-says.ts';

const lines = Buffer.from('{"a":"1"}\n{"a":"2"}\n');
const table = Buffer.from('a,b\n1,x\n2,y\n');
const parquet = Buffer.from(parquetWriteBuffer({ columnData: [{ name: 'a', data: ['1', '2'], type: 'STRING' }] }));

/** The records of a file, and what is noticed about its name. */
async function noticed(uri: string, bytes: Uint8Array, format: 'auto' | 'csv' | 'jsonl' = 'auto') {
  const notices: string[] = [];
  const options = { maxRecordBytes: 1000, format, notice: (sentence: string) => notices.push(sentence) };
  const records = (await all(readRecords(memoryFile(bytes, { uri }), options))).flat();
  return { records: brief(records), notices };
}

it.each([
  ['x.jsonl', 'JSON', undefined],
  ['a/b.c/x.CSV.gz', 'CSV', 'gzip'],
  ['x.tar.zst', undefined, 'zstd'],
  ['x.tsv', 'TSV', undefined],
  ['https://a.example/x.parquet?download=true.csv', 'Parquet', undefined],
  ['s3://bucket/x.csv?', undefined, undefined],
  ['.csv/x', undefined, undefined],
  ['x.constructor.__proto__', undefined, undefined],
])('%s says %s, %s', (uri, format, compression) => {
  expect(nameSays(uri)).toEqual({ format, compression });
});

describe('the content wins over the name, and a notice says so', () => {
  it.each<[uri: string, bytes: Uint8Array, says: RegExp]>([
    ['x.csv', lines, /^x\.csv: its name says CSV, and it is read as JSON, which is its content$/],
    ['x.jsonl', parquet, /says JSON, and it is read as Parquet/],
    ['x.parquet', table, /says Parquet, and it is read as CSV/],
    ['x.arrow', lines, /says Arrow, and it is read as JSON/],
    ['x.tsv', table, /says TSV, and it is read as CSV/],
    ['x.jsonl.gz', lines, /its name says gzip, and it is not compressed/],
    ['x.jsonl.gz', zstdCompressSync(lines), /its name says gzip, and it is compressed with zstd/],
    ['x.csv', gzipSync(table), /it is compressed with gzip, which its name does not say/],
    ['x.csv.zst', lines, /says CSV, and it is read as JSON.*; its name says zstd, and it is not compressed/],
  ])('%s', async (uri, bytes, says) => {
    const { records, notices } = await noticed(uri, bytes);
    expect(records).toHaveLength(2);
    expect(notices).toEqual([expect.stringMatching(says)]);
  });
});

it('a name that says what the content is, or nothing, or what the job says, is not noticed', async () => {
  for (const [uri, bytes] of [
    ['x.json', lines],
    ['x.csv', table],
    ['x.csv', Buffer.from('a;b\n1;x\n2;y\n')],
    ['x.jsonl.gz', gzipSync(lines)],
    ['x.pq', parquet],
    ['x', gzipSync(lines)],
    ['x.csv', Buffer.from(' \n')],
    ['x.csv.gz', gzipSync('')],
  ] as const) {
    expect((await noticed(uri, bytes)).notices, uri).toEqual([]);
  }
  expect((await noticed('x.txt.jsonl', table, 'csv')).notices).toEqual([]);
});

describe('the name decides what the content leaves open', () => {
  it.each<[uri: string, text: string, records: string[]]>([
    ['x.csv', 'text\nx\ny\n', ['2:{"text":"x"}', '3:{"text":"y"}']],
    ['x.tsv', 'a\tb\n', []],
    ['x.csv', 'a,b\n', []],
  ])('%s: %j', async (uri, text, expected) => {
    const { records, notices } = await noticed(uri, Buffer.from(text));
    expect(records).toEqual(expected);
    expect(notices).toEqual([expect.stringMatching(/nothing in it says that it is a table; it is read as (CSV|TSV)/)]);
  });

  it('between tabs and commas that both make a table', async () => {
    const text = Buffer.from('a\tb,c\n1\t2,3\n');
    expect(await noticed('x.tsv', text)).toEqual({ records: ['2:{"a":"1","b,c":"2,3"}'], notices: [] });
    expect((await noticed('x.csv', text)).records).toEqual(['2:{"a\\tb":"1\\t2","c":"3"}']);
  });

  it('an empty file is an empty text, or a file that cannot be empty', async () => {
    for (const uri of ['x.jsonl', 'x.csv', 'x']) expect(await read('', { uri })).toEqual([]);
    for (const [uri, says] of [
      ['x.parquet', 'Parquet'],
      ['x.arrow', 'Arrow'],
      ['x.csv.gz', 'gzip'],
    ] as const) {
      expect(messages(await read('', { uri }))).toEqual([
        `the file is empty, and its name says ${says}: fetch or write it again`,
      ]);
    }
  });
});
