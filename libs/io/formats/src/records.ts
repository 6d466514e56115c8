import type { FailureClass, RawRecord } from '@proofmill/contract';
import { blankStart } from './blank.ts';
import { inBlocks } from './blocks.ts';
import { type Content, contentOf } from './content.ts';
import { Damage } from './damage.ts';
import { decompress } from './decompress.ts';
import { type FileKind, fileKind } from './file-kind.ts';
import { jsonRecords } from './json/read-json.ts';
import type { RecordFile } from './record-file.ts';
import { regrouped } from './regrouped.ts';

export interface RecordOptions {
  readonly maxRecordBytes: number;
  /** What the job says that its files are. */
  readonly format: 'auto' | 'jsonl' | 'json' | 'csv' | 'tsv' | 'parquet' | 'arrow';
  /** The field that holds the records, in files that are one JSON object. */
  readonly recordsUnder?: string | undefined;
}

/** The layout of a text is recognised within so many bytes. */
const headBytes = 1024 * 1024;
/** A file that was compressed more often was not meant to be. */
const mostCompressions = 3;

const refused = (name: string, remedy: string) => new Damage('unknown-format', `the file is ${name}. ${remedy}`);

/**
 * The records of a file, in groups of at most 256 records or about 1 MB. What it is, and how it is compressed, is recognised by its content.
 * `line` is the line on which a record begins, or its number where lines are not what counts: in a JSON list, a table and a binary format.
 * `bytes` is its size in the file, uncompressed, and that of its JSON in a binary format.
 *
 * A record that cannot be read is a problem, and reading continues. Where a file cannot be read any further, one problem stands for the rest
 * of it: `damaged-file`, `decompression-bomb`, `unknown-format`. Errors of the file's own bytes pass through.
 *
 * The same bytes give the same records however they come in pieces. Held are at most: a record of JSON or CSV and some blocks; a page of each
 * column of Parquet; a batch of Arrow; a JSON table that is written by columns as a whole.
 */
export async function* readRecords(file: RecordFile, options: RecordOptions): AsyncGenerator<RawRecord[]> {
  yield* regrouped(withDamage(recordsOf(file, options)));
}

/** The records, and in the place of an error that is a problem of the file, that problem. */
async function* withDamage(groups: AsyncIterable<RawRecord[]>): AsyncGenerator<RawRecord[]> {
  let last = 0;
  try {
    for await (const group of groups) {
      last = group.at(-1)?.line ?? last;
      yield group;
    }
  } catch (error) {
    if (!(error instanceof Damage)) throw error;
    const problem: { class: FailureClass; message: string } = { class: error.failureClass, message: error.message };
    yield [{ line: last + 1, bytes: 0, problem }];
  }
}

async function* recordsOf(file: RecordFile, options: RecordOptions): AsyncGenerator<RawRecord[]> {
  let open = (): AsyncIterable<Buffer> => inBlocks(file.stream());
  const compressions: string[] = [];
  const layers: Content[] = [];
  try {
    for (;;) {
      const content = await contentOf(open, headBytes);
      layers.push(content);
      const kind = fileKind(content.head);
      if (kind.kind !== 'gzip' && kind.kind !== 'zstd') {
        yield* recordsOfKind(file, content, kind, compressions, options);
        return;
      }
      const compression = kind.kind;
      compressions.push(compression);
      if (compressions.length > mostCompressions) throw refused(`compressed ${compressions.length} times`, 'Unpack it');
      open = () => decompress(content.bytes, compression);
    }
  } finally {
    for (const content of layers.reverse()) await content.close();
  }
}

async function* recordsOfKind(
  file: RecordFile,
  content: Content,
  kind: FileKind,
  compressions: readonly string[],
  options: RecordOptions,
): AsyncGenerator<RawRecord[]> {
  const { format } = options;
  const within = compressions.length === 0 ? '' : `, compressed with ${compressions.join(' and ')}`;
  if (kind.kind === 'foreign') throw refused(`${kind.name}${within}`, kind.remedy);
  if (format !== 'auto' && (kind.kind === 'text') === (format === 'parquet' || format === 'arrow')) {
    throw refused(
      `${kindNames[kind.kind]}${within}`,
      `spec.corpus.format is ${format}: leave it out, or take this file out of the corpus`,
    );
  }
  // By import(): who reads JSON does not load what the other formats need.
  if (kind.kind === 'parquet') {
    if (within !== '') throw refused(`a Parquet file${within}`, 'Unpack it: Parquet compresses its columns itself');
    const { parquetRecords } = await import('./parquet/read-parquet.ts');
    yield* parquetRecords(file, options);
  } else if (kind.kind === 'arrow') {
    const { arrowRecords } = await import('./arrow/read-arrow.ts');
    yield* arrowRecords(content.bytes(), within === '' ? file : null, options);
  } else {
    yield* recordsOfText(file, content, options);
  }
}

async function* recordsOfText(file: RecordFile, content: Content, options: RecordOptions): AsyncGenerator<RawRecord[]> {
  const { format } = options;
  const ending = /\.(parquet|arrow|feather)(?:\.\w+)?$/i.exec(file.uri)?.[1];
  if (format === 'auto' && ending !== undefined && !beginsAsJson(content.head)) {
    throw refused(
      `text, and its name ends with .${ending}`,
      'Look into it: an error may have been saved in the place of the data',
    );
  }
  const isJson = format === 'jsonl' || format === 'json' || (format === 'auto' && beginsAsJson(content.head));
  if (!isJson) {
    const { csvFormOf, csvRecords } = await import('./csv/read-csv.ts');
    const csv = csvFormOf(content, format, file.uri);
    if (csv !== null) {
      yield* csvRecords(content.bytes(), csv, options);
      return;
    }
  }
  yield* jsonRecords(content, { ...options, isLines: format === 'jsonl' });
}

const beginsAsJson = (head: Buffer): boolean =>
  /^(?:[[{]|$)/.test(head.toString('utf8', 0, 4096).replace(blankStart, ''));

const kindNames = { parquet: 'a Parquet file', arrow: 'an Arrow file', text: 'text', gzip: 'gzip', zstd: 'zstd' };
