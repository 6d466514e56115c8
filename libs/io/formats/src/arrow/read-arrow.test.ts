import { gzipSync, zstdCompressSync } from 'node:zlib';
import { Unreadable } from '@proofmill/contract';
import {
  Bool,
  Decimal,
  Dictionary,
  Field,
  FixedSizeBinary,
  Int32,
  Int64,
  List,
  makeData,
  makeVector,
  RecordBatch,
  RecordBatchStreamWriter,
  Schema,
  Struct,
  Table,
  tableToIPC,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { brief, messages, read } from '../memory-file.fixture.ts';

const message = new Struct([new Field('role', new Utf8()), new Field('content', new Utf8())]);
const list = new List(new Field('item', message));

const rows = Array.from({ length: 600 }, (_, n) => ({
  prompt: n % 5 === 4 ? null : `question ${n} é😀`,
  chosen: Array.from({ length: n % 3 }, (_unused, m) => ({ role: 'user', content: `${n} ${m}` })),
  source: `source ${n % 2}`,
  n,
  id: 9_007_199_254_740_993n + BigInt(n),
  isGood: n % 2 === 0,
}));

function table(part = rows): Table {
  return new Table({
    prompt: vectorFromArray(
      part.map((row) => row.prompt),
      new Utf8(),
    ),
    chosen: vectorFromArray(
      part.map((row) => row.chosen),
      list,
    ),
    source: vectorFromArray(
      part.map((row) => row.source),
      new Dictionary(new Utf8(), new Int32()),
    ),
    n: vectorFromArray(
      part.map((row) => row.n),
      new Int32(),
    ),
    id: vectorFromArray(
      part.map((row) => row.id),
      new Int64(),
    ),
    isGood: vectorFromArray(
      part.map((row) => row.isGood),
      new Bool(),
    ),
  });
}

/** A file as most writers make it: a stream between magic numbers, and a footer, which is left out here. */
const fileOf = (stream: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from('ARROW1\0\0'), stream, Buffer.from('....ARROW1')]);

const expected = rows.map((row) => ({ ...row, id: String(row.id) }));
const values = async (bytes: Uint8Array, options = {}) =>
  (await read(bytes, options)).map((record) => ('value' in record ? record.value : record));

/** A stream of several batches. */
function batches(): Buffer {
  const writer = new RecordBatchStreamWriter();
  const whole = table();
  for (let from = 0; from < rows.length; from += 50) {
    for (const batch of whole.slice(from, from + 50).batches) writer.write(batch);
  }
  writer.finish();
  return Buffer.from(writer.toUint8Array(true));
}

describe('Arrow', () => {
  it.each<[string, Uint8Array]>([
    ['a stream', tableToIPC(table(), 'stream')],
    ['a file', fileOf(tableToIPC(table(), 'stream'))],
    ['a file with its schema at the end', tableToIPC(table(), 'file')],
    ['a file with its schema at the end, in gzip', gzipSync(tableToIPC(table(), 'file'))],
    ['a stream in gzip', gzipSync(tableToIPC(table(), 'stream'))],
    ['a file in zstd', zstdCompressSync(fileOf(tableToIPC(table(), 'stream')))],
  ])('%s gives each row with its number', async (_name, bytes) => {
    for (const size of [1000, 65_537]) {
      const records = await read(bytes, { size });
      expect(records.map(({ line }) => line)).toEqual(rows.map((_row, n) => n + 1));
      expect(records.map((record) => 'value' in record && record.value)).toEqual(expected);
    }
  });

  it('several batches follow each other', async () => {
    expect(await values(batches())).toEqual(expected);
  });

  it('decimals keep their digits, and UUIDs are written as such', async () => {
    const fields = [
      new Field('amount', new Decimal(2, 38, 128)),
      new Field('id', new FixedSizeBinary(16), true, new Map([['ARROW:extension:name', 'arrow.uuid']])),
    ];
    const schema = new Schema(fields);
    const amounts = new Uint32Array([150, 0, 0, 0, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff]);
    const children = [
      makeData({ type: new Decimal(2, 38, 128), data: amounts, length: 2 }),
      makeData({ type: new FixedSizeBinary(16), data: new Uint8Array(32).fill(0xab), length: 2 }),
    ];
    const batch = new RecordBatch(schema, makeData({ type: new Struct(fields), length: 2, children }));
    const records = await read(Buffer.from(tableToIPC(new Table(schema, [batch]), 'stream')));
    const uuid = 'abababab-abab-abab-abab-abababababab';
    expect(records).toMatchObject([{ value: { amount: 1.5, id: uuid } }, { value: { amount: -0.01, id: uuid } }]);
    expect(records.map((record) => 'value' in record && record.written?.at('amount'))).toEqual(['1.50', '-0.01']);
  });

  it('a number that is none costs the cell', async () => {
    const bytes = tableToIPC(new Table({ score: makeVector(new Float64Array([1.5, Number.NaN])) }), 'stream');
    expect(await values(bytes)).toEqual([{ score: 1.5 }, { score: expect.any(Unreadable) }]);
  });

  it.each([
    ['in a batch', (bytes: Buffer) => bytes.subarray(0, bytes.length - 5000)],
    ['in the schema', (bytes: Buffer) => bytes.subarray(0, 60)],
  ])('a stream that is cut %s gives the batches ahead of that, and one problem', async (_name, cut) => {
    const records = await read(cut(batches()));
    const found = records.filter((record) => 'value' in record).map((record) => record.value);
    expect(found).toEqual(expected.slice(0, found.length));
    expect(found.length % 50).toBe(0);
    expect(brief(records.slice(found.length))).toEqual([`${found.length + 1}:damaged-file`]);
  });

  it('a file without its end is told', async () => {
    const bytes = fileOf(tableToIPC(table(), 'stream'));
    const records = await read(bytes.subarray(0, -8));
    expect(records).toHaveLength(601);
    expect(messages(records)[0]).toMatch(/cut short after row 600.*footer/);
  });
});
