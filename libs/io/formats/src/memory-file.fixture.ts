import type { RawRecord } from '@proofmill/contract';
import type { RecordFile, RecordOptions } from './index.ts';
import { readRecords } from './index.ts';

/** A file in memory, whose bytes come in pieces of `size`. */
export function memoryFile(content: string | Uint8Array, { uri = 'corpus', size = 65_537 } = {}): RecordFile {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  return {
    uri,
    bytes: bytes.length,
    async *stream() {
      for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
    },
    read: async (offset, length) => bytes.slice(offset, offset + length),
  };
}

export async function all<T>(source: AsyncIterable<T>): Promise<T[]> {
  const values: T[] = [];
  for await (const value of source) values.push(value);
  return values;
}

/** All records of a file in memory. */
export async function read(
  content: string | Uint8Array,
  { uri, size, ...options }: Partial<RecordOptions> & { uri?: string; size?: number } = {},
): Promise<RawRecord[]> {
  const file = memoryFile(content, { ...(uri === undefined ? {} : { uri }), ...(size === undefined ? {} : { size }) });
  return (await all(readRecords(file, { maxRecordBytes: 1_000_000, format: 'auto', ...options }))).flat();
}

/** `line:class` of a problem, `line:value` of a record. */
export const brief = (records: readonly RawRecord[]): string[] =>
  records.map(
    (record) => `${record.line}:${'problem' in record ? record.problem.class : JSON.stringify(record.value)}`,
  );

/** The messages of the problems. */
export const messages = (records: readonly RawRecord[]): string[] =>
  records.flatMap((record) => ('problem' in record ? [record.problem.message] : []));
