import type { RawRecord } from '@proofmill/contract';
import { type FileMetaData, parquetMetadataAsync, parquetSchema } from 'hyparquet';
import { Damage } from '../damage.ts';
import { plainRecord } from '../plain-value.ts';
import type { RecordFile } from '../record-file.ts';
import { PageDamage, type ReadBytes } from './column-pages.ts';
import { rowsOfGroup } from './row-group.ts';

/** Row groups up to this size are fetched at once. */
const wholeGroupBytes = 16 * 1024 * 1024;

/**
 * The records of a Parquet file, by row, from 1. A row group with a page that cannot be read gives the rows ahead of it, and one problem for
 * the rest; the next row group is read. Held are a page of each column, or the bytes of two small row groups.
 */
export async function* parquetRecords(
  file: RecordFile,
  { maxRecordBytes }: { maxRecordBytes: number },
): AsyncGenerator<RawRecord[]> {
  const metadata = await metadataOf(file);
  const schema = parquetSchema(metadata);
  let firstRow = 1;
  let upcoming = begun(file, metadata, 0);
  for (const [index, group] of metadata.row_groups.entries()) {
    const rows = Number(group.num_rows);
    let row = firstRow;
    try {
      const read = await upcoming;
      // A small row group is fetched while the one ahead of it is decoded: an object store takes its time.
      upcoming = begun(file, metadata, index + 1);
      for await (const cells of rowsOfGroup(group, schema, read)) {
        yield cells.map((fields) => plainRecord(fields, row++, maxRecordBytes));
      }
    } catch (error) {
      if (!(error instanceof PageDamage)) throw error;
      const lost = firstRow + rows - row;
      const message = `row group ${index} is damaged: ${error.message}; ${lost} rows of it are lost, from row ${row} on`;
      yield [{ line: row, bytes: 0, problem: { class: 'damaged-file', message } }];
    }
    firstRow += rows;
  }
}

/** What the end of the file says of its content. */
async function metadataOf(file: RecordFile): Promise<FileMetaData> {
  let placeError: { error: unknown } | null = null;
  const slice = async (start: number, end = file.bytes): Promise<ArrayBuffer> => {
    try {
      const bytes = await file.read(start, end - start);
      return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
    } catch (error) {
      placeError = { error };
      throw error;
    }
  };
  try {
    return await parquetMetadataAsync({ byteLength: file.bytes, slice }, { geoparquet: false });
  } catch (error) {
    if (placeError !== null) throw (placeError as { error: unknown }).error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new Damage(
      'damaged-file',
      `the file begins as Parquet, but its end, which says where everything is, cannot be read (${reason}): it is cut short or damaged. Fetch or write it again`,
      { cause: error },
    );
  }
}

/** Begins to fetch a row group. Its error is that of whoever awaits it, perhaps nobody. */
function begun(file: RecordFile, metadata: FileMetaData, index: number): Promise<ReadBytes> {
  const reader = readerOf(file, metadata, index);
  reader.catch(() => {});
  return reader;
}

/** Reads the bytes of a row group: all at once where they are few, else as they are asked for. */
async function readerOf(file: RecordFile, { row_groups: groups }: FileMetaData, index: number): Promise<ReadBytes> {
  const direct: ReadBytes = (offset, length) => file.read(offset, length);
  let start = Number.POSITIVE_INFINITY;
  let end = 0;
  for (const { meta_data: meta } of groups[index]?.columns ?? []) {
    if (meta === undefined) return direct;
    const first = Math.min(Number(meta.dictionary_page_offset || meta.data_page_offset), Number(meta.data_page_offset));
    start = Math.min(start, first);
    end = Math.max(end, first + Number(meta.total_compressed_size));
  }
  if (end <= start || end - start > wholeGroupBytes) return direct;
  const whole = await file.read(start, end - start);
  return async (offset, length) => whole.subarray(offset - start, offset - start + length);
}
