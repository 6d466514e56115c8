/** Files of rows in either format: JSON lines or Parquet. */
import {
  type Codec,
  type Column,
  type CommittedFile,
  formatOf,
  IntegrityError,
  type RandomAccess,
  type Row,
  type RowFormat,
  rowColumns,
  rowSchema,
  type Store,
} from '@proofmill/contract';
import { committedRecords, verifyCommitted } from './committed-files.ts';
import { damaged } from './damage.ts';
import { readJsonLines } from './json-lines.ts';

const text = new TextEncoder();

/** How a file of rows is written. */
interface RowFile {
  readonly format: RowFormat;
  /** Its rows have a probability. */
  readonly isCalibrated: boolean;
}

/** The bytes of a file of rows. Equal rows give equal bytes. */
export const encodeRows = (
  rows: AsyncIterable<Row>,
  { format, isCalibrated }: RowFile,
  codec: Codec,
): AsyncIterable<Uint8Array> => encodeTable(rows, { format, columns: rowColumns({ isCalibrated }) }, codec);

/** The bytes of a file of records. Equal records give equal bytes. */
export const encodeTable = (
  records: AsyncIterable<object>,
  { format, columns }: { readonly format: 'parquet' | 'jsonl'; readonly columns: readonly Column[] },
  codec: Codec,
): AsyncIterable<Uint8Array> => (format === 'parquet' ? codec.writeTable(columns, records) : jsonLines(records));

/** JSON lines, in pieces of about this size. */
const pieceCharacters = 64 * 1024;

export async function* jsonLines(records: AsyncIterable<object>): AsyncGenerator<Uint8Array> {
  let lines = '';
  for await (const record of records) {
    lines += `${JSON.stringify(record)}\n`;
    if (lines.length < pieceCharacters) continue;
    yield text.encode(lines);
    lines = '';
  }
  if (lines !== '') yield text.encode(lines);
}

/** A record as it is stored: a line that is not parsed yet, or the values of the columns. */
export type StoredRecord = string | object;

/** Throws SyntaxError for a line that is no JSON. */
export const recordValue = (record: StoredRecord): unknown =>
  typeof record === 'string' ? JSON.parse(record) : record;

/** The records of a file of rows or failures. Rejects with IntegrityError where the file is damaged as a whole. */
export async function* storedRecords(
  store: Store,
  file: Pick<CommittedFile, 'path' | 'bytes'>,
  codec: Codec,
): AsyncGenerator<StoredRecord, undefined> {
  if (formatOf(file.path) === 'jsonl') {
    yield* readJsonLines(store, file.path);
    return undefined;
  }
  try {
    for await (const rows of codec.readTable(rowColumns({ isCalibrated: true }), accessTo(store, file))) yield* rows;
  } catch (error) {
    if (!(error instanceof IntegrityError)) throw error;
    throw damaged(store, file.path, `is damaged: it ${error.message}`, error);
  }
  return undefined;
}

/**
 * The rows of a committed file, compared with what its manifest says: JSON lines as they are read, Parquet beforehand, since it is not read
 * from its beginning to its end. Rejects as committedRecords does.
 */
export async function* committedRows(store: Store, file: CommittedFile, codec: Codec): AsyncGenerator<Row, undefined> {
  if (formatOf(file.path) === 'jsonl') {
    yield* committedRecords(store, file, rowSchema);
    return undefined;
  }
  await verifyCommitted(store, file);
  for await (const record of storedRecords(store, file, codec)) yield rowSchema.parse(record);
  return undefined;
}

const accessTo = (store: Store, { path, bytes }: Pick<CommittedFile, 'path' | 'bytes'>): RandomAccess => ({
  bytes,
  async read(offset, length) {
    const piece = await store.read(path, { offset, length });
    if (piece === null) throw damaged(store, path, 'is missing');
    if (piece.length !== length) throw damaged(store, path, 'is damaged: it is shorter than its manifest says');
    return piece;
  },
});
