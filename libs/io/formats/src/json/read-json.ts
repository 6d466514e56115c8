import type { RawRecord } from '@proofmill/contract';
import type { Content } from '../content.ts';
import { Damage } from '../damage.ts';
import { rowsOfColumns } from './columns.ts';
import { JsonCursor } from './cursor.ts';
import { layoutOf } from './layout.ts';
import { recordsOfLines } from './lines.ts';
import { formOf, type ObjectForm, seekField, surveyObject } from './one-object.ts';
import { recordValue } from './record-value.ts';
import { elementsOf, recordsOfValues } from './values.ts';

export interface JsonOptions {
  readonly maxRecordBytes: number;
  /** The field of a file's only object that holds its records. */
  readonly recordsUnder?: string | undefined;
  /** One value a line, whatever the text looks like. */
  readonly isLines?: boolean;
}

/** A table of columns is held as a whole, so it cannot be of any size. */
const tableBytes = 128 * 1024 * 1024;

/** The records of a JSON text, whatever its layout. Held is one record, or the whole of a table that is written by columns. */
export async function* jsonRecords(content: Content, options: JsonOptions): AsyncGenerator<RawRecord[]> {
  const { maxRecordBytes } = options;
  const layout = options.isLines ? 'lines' : layoutOf(content.head, content.isWhole);
  if (layout === 'lines') yield* recordsOfLines(content.bytes(), maxRecordBytes);
  else if (layout === 'values') yield* withCursor(content, (cursor) => recordsOfValues(cursor, maxRecordBytes));
  else yield* recordsOfObject(content, options);
}

/** The records of a file that begins with an object, which may be its only value. */
async function* recordsOfObject(content: Content, options: JsonOptions): AsyncGenerator<RawRecord[]> {
  const { maxRecordBytes, recordsUnder } = options;
  const cursor = new JsonCursor(content.bytes());
  const survey = await surveyObject(cursor).finally(() => cursor.close());
  if (survey?.isOnly !== true) {
    // Of an object that is broken or cut, what can be read is read.
    if (survey?.spansLines !== false) yield* withCursor(content, (again) => recordsOfValues(again, maxRecordBytes));
    else yield* recordsOfLines(content.bytes(), maxRecordBytes);
    return;
  }
  yield* recordsOfForm(content, formOf(survey, recordsUnder), maxRecordBytes);
}

async function* recordsOfForm(content: Content, form: ObjectForm, maxBytes: number): AsyncGenerator<RawRecord[]> {
  if (form.form === 'refused') throw new Damage('unknown-format', `the file ${form.reason}`);
  if (form.form === 'list') {
    yield* withCursor(content, async function* (cursor) {
      await seekField(cursor, form.name);
      yield* elementsOf(cursor, maxBytes, 0, rowOfViewer);
    });
    return;
  }
  const rows = form.form === 'columns' ? await tableOf(content) : null;
  if (rows === null) yield* withCursor(content, (cursor) => recordsOfValues(cursor, maxBytes));
  else yield rows;
}

/** The rows of a table that is written by columns; null where it is no such table. */
async function tableOf(content: Content): Promise<RawRecord[] | null> {
  const cursor = new JsonCursor(content.bytes());
  try {
    await cursor.next();
    const value = await cursor.value(tableBytes);
    if (value.ends !== 'here') {
      throw new Damage(
        'unknown-format',
        `the file is one JSON object of columns with more than ${tableBytes} bytes; write it as JSON lines or Parquet, which can be read in parts`,
      );
    }
    const read = recordValue(value.text);
    if (read === null || !('value' in read)) return null;
    const rows = rowsOfColumns(read.value);
    if (rows === null) return null;
    const { written } = read;
    return rows.map(({ value: row, pathOf }, index) => ({
      line: index + 1,
      bytes: rowBytes(row),
      value: row,
      ...(written ? { written: { at: (path) => written.at(pathOf(path)) } } : {}),
    }));
  } finally {
    await cursor.close();
  }
}

/** The size of a row that has no text of its own. */
const rowBytes = (row: object): number => Buffer.byteLength(JSON.stringify(row));

/** A row as the data set viewer of the Hugging Face Hub gives it: the record, with its number and what was cut. */
function rowOfViewer(record: RawRecord): RawRecord {
  if (!('value' in record)) return record;
  const { row, row_idx: index } = record.value as { row?: unknown; row_idx?: unknown };
  if (typeof index !== 'number' || row === null || typeof row !== 'object' || Array.isArray(row)) return record;
  return { ...record, value: row, written: { at: (path) => record.written?.at(`row.${path}`) } };
}

async function* withCursor(
  content: Content,
  read: (cursor: JsonCursor) => AsyncGenerator<RawRecord[]>,
): AsyncGenerator<RawRecord[]> {
  const cursor = new JsonCursor(content.bytes());
  try {
    yield* read(cursor);
  } finally {
    await cursor.close();
  }
}
