import type { FileHandle } from 'node:fs/promises';
import type { RawRecord } from '@proofmill/contract';
import { type RecordBatch, RecordBatchReader } from 'apache-arrow';
import { Damage } from '../damage.ts';
import { plainRecord } from '../plain-value.ts';
import type { RecordFile } from '../record-file.ts';
import { cellsOf, uuidsOf } from './cells.ts';
import { registerCodecs } from './codecs.ts';

const fileMagic = Buffer.from('ARROW1');
/** A file begins with its magic and padding; a stream of the same messages follows. */
const fileHeaderBytes = 8;

/**
 * The records of Arrow's IPC format, stream or file, by row, from 1. A file is read as the stream that it holds; `whole` is asked for one that
 * has its schema only at its end (arrow-js writes such), and is read by its footer. Held is a batch.
 */
export async function* arrowRecords(
  content: AsyncIterable<Buffer>,
  whole: () => Promise<RecordFile>,
  { maxRecordBytes }: { maxRecordBytes: number },
): AsyncGenerator<RawRecord[]> {
  registerCodecs();
  const source = new Source(content);
  let line = 1;
  try {
    await source.open();
    for await (const batch of await batchesOf(source, whole)) {
      const columns = columnsOf(batch);
      for (let row = 0; row < batch.numRows; row += groupRows) {
        const group = recordsOf(columns, row, Math.min(row + groupRows, batch.numRows), line, maxRecordBytes);
        line += group.length;
        yield group;
      }
    }
    if (await source.isCut()) throw new Error('the footer of the file is missing');
  } catch (error) {
    if (source.error !== null) throw source.error.error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new Damage('damaged-file', `the Arrow data is damaged or cut short after row ${line - 1}: ${reason}`, {
      cause: error,
    });
  }
}

const groupRows = 256;

async function batchesOf(source: Source, whole: () => Promise<RecordFile>): Promise<AsyncIterable<RecordBatch>> {
  try {
    const stream = await RecordBatchReader.from(source.bytes());
    return await stream.open();
  } catch (error) {
    if (source.error !== null || !source.isFile) throw error;
    const file = await whole().catch((reason: unknown) => {
      source.error = { error: reason };
      throw reason;
    });
    return await RecordBatchReader.from(source.handleOf(file));
  }
}

interface Column {
  readonly name: string;
  readonly cells: (row: number) => unknown;
}

const columnsOf = (batch: RecordBatch): Column[] =>
  batch.data.children.map((data, at) => {
    const { name = '', metadata } = batch.schema.fields[at] ?? {};
    return { name, cells: metadata?.get(extensionName) === 'arrow.uuid' ? uuidsOf(data) : cellsOf(data) };
  });

const extensionName = 'ARROW:extension:name';

/** The records of some rows of a batch. */
function recordsOf(columns: readonly Column[], from: number, to: number, line: number, maxBytes: number): RawRecord[] {
  return Array.from({ length: to - from }, (_, at) =>
    plainRecord(
      columns.map(({ name, cells }) => [name, cells(from + at)] as const),
      line + at,
      maxBytes,
    ),
  );
}

/** The bytes of the stream, with the errors of their place told apart from those of the reader. */
class Source {
  error: { readonly error: unknown } | null = null;
  isFile = false;
  #end: Buffer = Buffer.alloc(0);
  readonly #pieces: AsyncIterator<Buffer>;
  #first: Buffer = Buffer.alloc(0);

  constructor(content: AsyncIterable<Buffer>) {
    this.#pieces = content[Symbol.asyncIterator]();
  }

  async open(): Promise<void> {
    const first = (await this.#next()) ?? Buffer.alloc(0);
    this.isFile = first.subarray(0, fileMagic.length).equals(fileMagic);
    this.#first = this.isFile ? first.subarray(fileHeaderBytes) : first;
  }

  async *bytes(): AsyncGenerator<Uint8Array> {
    if (this.#first.length > 0) yield this.#first;
    for (let piece = await this.#next(); piece !== null; piece = await this.#next()) yield piece;
  }

  /** Whether a file lacks its end. Reads what the stream has left over. */
  async isCut(): Promise<boolean> {
    if (!this.isFile) return false;
    while ((await this.#next()) !== null);
    return !this.#end.equals(fileMagic);
  }

  /** The file as a handle of Node, as far as Arrow's library uses one. */
  handleOf(file: RecordFile): FileHandle {
    const handle = {
      fd: 0,
      stat: async () => ({ size: file.bytes }),
      read: async (buffer: Uint8Array, offset: number, length: number, position: number) => {
        const bytes = await file.read(position, length).catch((error: unknown) => {
          this.error = { error };
          throw error;
        });
        if (bytes.length === 0) throw new Error('it is shorter than its footer says');
        buffer.set(bytes, offset);
        return { bytesRead: bytes.length, buffer };
      },
      close: async () => {},
    };
    return handle as unknown as FileHandle;
  }

  async #next(): Promise<Buffer | null> {
    try {
      const { value, done } = await this.#pieces.next();
      if (done) return null;
      this.#end = Buffer.concat([this.#end, value.subarray(-fileMagic.length)]).subarray(-fileMagic.length);
      return value;
    } catch (error) {
      this.error = { error };
      throw error;
    }
  }
}
