/** Records as the bytes of a file of any format. */
import { gzipSync, zstdCompressSync } from 'node:zlib';
import type { Column, ColumnType } from '@proofmill/contract';
import { zstdCodec } from '@proofmill/formats';
import {
  Bool,
  type DataType,
  Field,
  Float64,
  List,
  Struct,
  Table,
  tableToIPC,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';

export interface Format {
  bytes(records: readonly object[]): Promise<Buffer>;
  /** The place of the first record. */
  readonly first: number;
}

const json = (text: (records: readonly object[]) => string): Format => ({
  bytes: async (records) => Buffer.from(text(records)),
  first: 1,
});

/** A decimal in quotes stands for a number with just these digits. */
const line = (record: object): string => `${JSON.stringify(record).replace(/"id":"(\d+\.\d+)"/, '"id":$1')}\n`;

const table = (delimiter: string): Format => ({
  first: 2,
  async bytes(records) {
    const rows = [Object.keys(records[0] ?? {}), ...records.map((record) => Object.values(record))];
    const cell = (value: unknown): string => (value === null ? '' : `"${String(value).replaceAll('"', '""')}"`);
    return Buffer.from(rows.map((row) => `${row.map(cell).join(delimiter)}\n`).join(''));
  },
});

/** Columns for the values of a record. */
const columnsLike = (record: object, nullable: boolean): Column[] =>
  Object.entries(record).map(([name, value]) => ({ name, type: typeLike(value), nullable }));

function typeLike(value: unknown): ColumnType {
  if (Array.isArray(value)) return { list: value.length === 0 ? 'integer' : typeLike(value[0]) };
  if (value !== null && typeof value === 'object') return { fields: columnsLike(value, false) };
  if (typeof value === 'string') return 'text';
  return typeof value === 'boolean' ? 'boolean' : Number.isInteger(value) ? 'integer' : 'number';
}

function arrowType(type: ColumnType): DataType {
  if (typeof type === 'string') return type === 'text' ? new Utf8() : type === 'boolean' ? new Bool() : new Float64();
  if ('list' in type) return new List(new Field('item', arrowType(type.list)));
  return new Struct(type.fields.map((field) => new Field(field.name, arrowType(field.type))));
}

export const formats = {
  lines: json((records) => records.map(line).join('')),
  list: json((records) => JSON.stringify(records, null, 2)),
  held: json((records) => JSON.stringify({ version: 1, data: records })),
  columns: json((records) =>
    JSON.stringify(
      Object.fromEntries(
        Object.keys(records[0] ?? {}).map((name) => [name, records.map((record) => Reflect.get(record, name))]),
      ),
    ),
  ),
  csv: table(','),
  tsv: table('\t'),
  parquet: {
    first: 1,
    async bytes(records) {
      async function* all() {
        yield* records;
      }
      const pieces: Uint8Array[] = [];
      for await (const piece of zstdCodec().writeTable(columnsLike(records[0] ?? {}, true), all())) pieces.push(piece);
      return Buffer.concat(pieces);
    },
  },
  arrow: {
    first: 1,
    async bytes(records) {
      const columns = columnsLike(records[0] ?? {}, true).map(({ name, type }) => [
        name,
        vectorFromArray(
          records.map((record) => Reflect.get(record, name) as unknown),
          arrowType(type),
        ),
      ]);
      return Buffer.from(tableToIPC(new Table(Object.fromEntries(columns)), 'stream'));
    },
  },
} as const satisfies Readonly<Record<string, Format>>;

/** Compressed in two halves, as files are that were joined. */
export function packed(bytes: Buffer, name: string): Buffer {
  const compress = name.endsWith('.gz') ? gzipSync : name.endsWith('.zst') ? zstdCompressSync : null;
  const half = Math.floor(bytes.length / 2);
  return compress ? Buffer.concat([compress(bytes.subarray(0, half)), compress(bytes.subarray(half))]) : bytes;
}
