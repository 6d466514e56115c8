/**
 * Writes records as a Parquet file, a row group at a time. Row groups are cut by bytes, not by rows: a reader holds one of them, and so do we.
 * Equal records give equal bytes.
 */
import { constants, zstdCompressSync } from 'node:zlib';
import type { Column } from '@proofmill/contract';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import { schemaElements } from './schema-elements.ts';
import { storedValue } from './values.ts';

/** Bytes of a row group before compression, about. */
const groupBytes = 16 * 1024 * 1024;

const createdBy = 'proofmill';

/** The pieces of the file. */
export async function* writeTable(
  columns: readonly Column[],
  records: AsyncIterable<object>,
): AsyncGenerator<Uint8Array> {
  const bytes = new ByteWriter();
  const file = new ParquetWriter({
    ...{ writer: bytes, schema: schemaElements(columns), createdBy },
    ...{ codec: 'ZSTD', compressors: { ZSTD: compress } },
  });
  let data: unknown[][] = columns.map(() => []);
  let held = 0;
  const writeGroup = async (): Promise<Uint8Array> => {
    await file.write({
      columnData: columns.map(({ name }, at) => ({ name, data: data[at] ?? [] })),
      rowGroupSize: data[0]?.length ?? 0,
    });
    data = columns.map(() => []);
    held = 0;
    return taken(bytes);
  };
  for await (const record of records) {
    for (const [at, { name, type }] of columns.entries()) {
      const value = storedValue(Reflect.get(record, name), type, (count) => {
        held += count;
      });
      data[at]?.push(value);
    }
    if (held >= groupBytes) yield await writeGroup();
  }
  if (data[0] && data[0].length > 0) yield await writeGroup();
  await file.finish();
  yield taken(bytes);
}

/** What was written since, taken out of the writer, which counts on. */
function taken(bytes: ByteWriter): Uint8Array {
  const piece = bytes.getBytes().slice();
  bytes.index = 0;
  return piece;
}

const compress = (content: Uint8Array): Uint8Array =>
  zstdCompressSync(content, { params: { [constants.ZSTD_c_compressionLevel]: 3 }, pledgedSrcSize: content.length });
