import type { FailureClass, RawRecord } from '@proofmill/contract';
import { blankStart } from './blank.ts';
import { inBlocks } from './blocks.ts';
import { type Content, contentOf } from './content.ts';
import { Damage } from './damage.ts';
import { decompress } from './decompress.ts';
import { type FileKind, fileKind } from './file-kind.ts';
import { jsonRecords } from './json/read-json.ts';
import { type Compression, contradiction, nameSays, type RecordFormat } from './name-says.ts';
import type { RecordFile } from './record-file.ts';
import { regrouped } from './regrouped.ts';

export interface RecordOptions {
  readonly maxRecordBytes: number;
  /** What the job says that its files are. */
  readonly format: 'auto' | 'jsonl' | 'json' | 'csv' | 'tsv' | 'parquet' | 'arrow';
  /** The field that holds the records, in files that are one JSON object. */
  readonly recordsUnder?: string | undefined;
  /** Gets a sentence where the name of the file contradicts its content, or decides what the content leaves open. */
  readonly notice?: ((sentence: string) => void) | undefined;
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
 * column of Parquet; a batch of Arrow; a JSON table that is written by columns as a whole. What is read in any order and compressed as a
 * whole is unpacked into a temporary file, 16 GiB at most.
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
  const compressions: Compression[] = [];
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
  compressions: readonly Compression[],
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
  const readAs = (found: RecordFormat): void => {
    const says = nameSays(file.uri);
    // What the job says of its files needs no name.
    const known = format === 'auto' ? says : { ...says, format: undefined };
    const sentence = contradiction(file.uri, known, { format: found, compressions });
    if (sentence !== undefined) options.notice?.(sentence);
  };
  await using opened = new AsyncDisposableStack();
  const whole = async (): Promise<RecordFile> =>
    compressions.length === 0 ? file : opened.use(await unpackedFile(file.uri, content, kind, compressions));
  // By import(): who reads JSON does not load what the other formats need.
  if (kind.kind === 'parquet') {
    const { parquetRecords } = await import('./parquet/read-parquet.ts');
    readAs('Parquet');
    yield* parquetRecords(await whole(), options);
  } else if (kind.kind === 'arrow') {
    const { arrowRecords } = await import('./arrow/read-arrow.ts');
    readAs('Arrow');
    yield* arrowRecords(content.bytes(), whole, options);
  } else {
    yield* recordsOfText(file, content, readAs, options);
  }
}

/** What is compressed as a whole, as a file that can be read in any order: Parquet says at its end where everything is. */
async function unpackedFile(
  uri: string,
  content: Content,
  { kind }: FileKind,
  compressions: readonly string[],
): Promise<RecordFile & AsyncDisposable> {
  const name = `${kind === 'arrow' ? 'an Arrow' : 'a Parquet'} file, compressed with ${compressions.join(' and ')}`;
  const { TooLargeToUnpack, unpacked } = await import('./unpacked.ts');
  try {
    return await unpacked(uri, content.bytes());
  } catch (error) {
    if (error instanceof TooLargeToUnpack) {
      const command = compressions[0] === 'zstd' ? 'unzstd FILE' : 'gunzip FILE';
      throw refused(`${name}, of more than 16 GiB`, `Unpack it (${command}), or write it without this compression`);
    }
    if (!(error instanceof Damage)) throw error;
    const [reason] = error.message.split(';');
    throw new Damage(error.failureClass, `the file is ${name}, and nothing of it can be read: ${reason}`, {
      cause: error,
    });
  }
}

async function* recordsOfText(
  { uri, bytes }: RecordFile,
  content: Content,
  readAs: (found: RecordFormat) => void,
  options: RecordOptions,
): AsyncGenerator<RawRecord[]> {
  const { format, notice } = options;
  const says = nameSays(uri);
  const isBinary = format === 'auto' && (says.format === 'Parquet' || says.format === 'Arrow');
  if (bytes === 0 && (isBinary || says.compression !== undefined)) {
    const name = (isBinary ? says.format : undefined) ?? says.compression;
    throw new Damage('damaged-file', `the file is empty, and its name says ${name}: fetch or write it again`);
  }
  const isJson = format === 'jsonl' || format === 'json' || (format === 'auto' && beginsAsJson(content.head));
  if (!isJson) {
    const { csvFormOf, csvRecords } = await import('./csv/read-csv.ts');
    const csv = csvFormOf(content, format, says.format);
    if (csv !== null) {
      if (csv.isByName)
        notice?.(`${uri}: nothing in it says that it is a table; it is read as ${says.format}, as its name says`);
      readAs(csv.delimiter === '\t' ? 'TSV' : 'CSV');
      yield* csvRecords(content.bytes(), csv, options);
      return;
    }
    if (isBinary) {
      throw refused(
        `text, and its name says ${says.format}`,
        'Look into it: an error may have been saved in the place of the data',
      );
    }
  }
  if (!isBlank(content.head)) readAs('JSON');
  yield* jsonRecords(content, { ...options, isLines: format === 'jsonl' });
}

const beginning = (head: Buffer): string => head.toString('utf8', 0, 4096).replace(blankStart, '');

const isBlank = (head: Buffer): boolean => beginning(head) === '';

const beginsAsJson = (head: Buffer): boolean => /^(?:[[{]|$)/.test(beginning(head));

const kindNames = { parquet: 'a Parquet file', arrow: 'an Arrow file', text: 'text', gzip: 'gzip', zstd: 'zstd' };
