import type { FailureClass, RawRecord } from '@proofmill/contract';
import { type CsvError, type Parser, parse } from 'csv-parse';
import { Damage } from '../damage.ts';
import { notUtf8 } from '../unreadables.ts';
import type { CsvForm } from './form.ts';
import { wholeRows } from './whole-rows.ts';

export { csvFormOf } from './form.ts';

type Cell = string | null;

/**
 * The records of a table with a header: an object of texts a row. A cell that is empty is null, and one with quotes around nothing is an
 * empty text. The place of a row is the line on which it begins. One row is held.
 */
export async function* csvRecords(
  content: AsyncIterable<Buffer>,
  { delimiter }: CsvForm,
  { maxRecordBytes }: { maxRecordBytes: number },
): AsyncGenerator<RawRecord[]> {
  const table = new Table();
  let parser = parserOf(delimiter, table);
  const utf8 = new Utf8Check();
  for await (const rows of wholeRows(content, delimiter, maxRecordBytes)) {
    if ('tooLarge' in rows) {
      // The parser looks ahead: only its end brings the row before.
      await ended(parser);
      table.tooLarge(parser.info.lines, rows, maxRecordBytes);
      parser = parserOf(delimiter, table);
    } else {
      table.isText &&= utf8.takes(rows.bytes);
      await written(parser, rows.bytes);
    }
    if (table.found.length > 0) yield table.take();
  }
  await ended(parser);
  if (table.found.length > 0) yield table.take();
}

function parserOf(delimiter: string, table: Table): Parser {
  const parser: Parser = parse({
    delimiter,
    bom: true,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    cast: (cell, { quoting }) => (cell === '' && !quoting ? null : cell),
    on_record: (cells: Cell[], { lines, bytes }) => {
      table.add(cells, lines, bytes);
      return null;
    },
    on_skip: (error) => table.skip(error, parser.info.lines),
  });
  // The callbacks of `write` and `end` get it too.
  parser.on('error', () => {});
  return parser;
}

/** Makes records of rows, in their order. */
class Table {
  found: RawRecord[] = [];
  /** False once bytes have come that are not UTF-8. */
  isText = true;
  #header: readonly string[] | null = null;
  #bytes = 0;
  /** Lines that the parser was not given. */
  #leftOut = 0;
  /** Carriage returns in cells, each of which the parser counts as a line. */
  #returns = 0;

  take(): RawRecord[] {
    const taken = this.found;
    this.found = [];
    return taken;
  }

  add(cells: readonly Cell[], lastLine: number, bytesSoFar: number): void {
    const bytes = bytesSoFar - this.#bytes;
    this.#bytes = bytesSoFar;
    this.#returns += countIn(cells, '\r');
    if (this.#header === null) {
      this.#header = headerOf(cells);
      return;
    }
    const line = this.#lineOf(lastLine) - countIn(cells, '\n');
    const header = this.#header;
    if (cells.length !== header.length) {
      const message = `the row has ${counted(cells.length)}, and the header names ${header.length}: a quote or a separator is missing or too many, or the row is cut short`;
      this.#problem(line, bytes, 'wrong-columns', message);
      return;
    }
    // From entries: a column may have any name.
    const value = Object.fromEntries(header.map((name, at) => [name, this.#readable(cells[at] ?? null)]));
    this.found.push({ line, bytes, value });
  }

  /** The parser gives up on a row at the end, where a quote does not close. */
  skip(error: CsvError | undefined, line: number): undefined {
    const reason =
      error?.code === 'CSV_QUOTE_NOT_CLOSED' ? 'a quote that opens a cell is never closed' : error?.message;
    this.#problem(
      this.#lineOf(line),
      0,
      'wrong-columns',
      `the row that ends here cannot be read: ${reason ?? 'no reason is known'}`,
    );
  }

  /** A row was left out after the line `last`, the one after the last that the parser was given. */
  tooLarge(
    last: number,
    { tooLarge, lines }: { readonly tooLarge: number; readonly lines: number },
    most: number,
  ): void {
    const message = `the row has ${tooLarge} bytes, and ${most} are the most; perhaps a quote that opens a cell is never closed`;
    this.#leftOut = this.#lineOf(last) - 1;
    this.#returns = 0;
    this.#problem(this.#leftOut + 1, tooLarge, 'too-large', message);
    this.#leftOut += lines;
    this.#bytes = 0;
  }

  /** The line of the file that the parser counts as `line`. */
  #lineOf(line: number): number {
    return this.#leftOut + line - this.#returns;
  }

  #readable(cell: Cell): unknown {
    return !this.isText && cell?.includes('\ufffd') ? notUtf8() : cell;
  }

  #problem(line: number, bytes: number, failureClass: FailureClass, message: string): void {
    this.found.push({ line, bytes, problem: { class: failureClass, message } });
  }
}

const countIn = (cells: readonly Cell[], sign: string): number =>
  cells.reduce((sum, cell) => sum + (cell?.includes(sign) ? cell.split(sign).length - 1 : 0), 0);

const counted = (cells: number): string => (cells === 1 ? '1 cell' : `${cells} cells`);

function headerOf(cells: readonly Cell[]): string[] {
  const names = cells.map((cell) => cell ?? '');
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice === undefined) return names;
  throw new Damage(
    'unknown-format',
    `the header of the table names ${JSON.stringify(twice)} twice; give each column a name of its own`,
  );
}

/** Whether bytes that come in pieces are UTF-8. */
class Utf8Check {
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });

  takes(piece: Buffer): boolean {
    try {
      this.#decoder.decode(piece, { stream: true });
      return true;
    } catch {
      return false;
    }
  }
}

const written = (parser: Parser, piece: Buffer): Promise<void> =>
  new Promise((resolve, reject) => {
    parser.write(piece, (error) => (error ? reject(error) : resolve()));
  });

const ended = (parser: Parser): Promise<void> =>
  new Promise((resolve, reject) => {
    parser.once('error', reject);
    parser.once('end', resolve);
    parser.resume();
    parser.end();
  });
