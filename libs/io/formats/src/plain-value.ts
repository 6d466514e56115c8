import { isUtf8 } from 'node:buffer';
import { deepestJson, type RawRecord } from '@proofmill/contract';
import { Decimal } from './decimal.ts';
import { bytesAsText, halfCharacter, notFinite, tooDeep } from './unreadables.ts';

/** A row of a binary format as a record. */
export function plainRecord(cells: Iterable<readonly [string, unknown]>, line: number, maxBytes: number): RawRecord {
  const row = new PlainRow();
  const value = row.fields(cells);
  const { bytes, written } = row;
  if (bytes > maxBytes) {
    const message = `the row has about ${bytes} bytes, and ${maxBytes} are the most`;
    return { line, bytes, problem: { class: 'too-large', message } };
  }
  return written.size === 0
    ? { line, bytes, value }
    : { line, bytes, value, written: { at: (path) => written.get(path) } };
}

/** Longer bytes are no id. */
const mostHexBytes = 64;

/** A value as JSON knows them, and about how long it would be as JSON. */
class PlainRow {
  bytes = 2;
  /** By path: decimals that a number would shorten, and bytes that are no text, as hexadecimal digits. */
  readonly written = new Map<string, string>();

  /**
   * The value of a cell of a binary format. Whole numbers and decimals that a number cannot hold become a string of their digits, times a
   * text (ISO 8601), bytes a text where they are one. What is none of these becomes an Unreadable. `path` is null inside of lists.
   */
  value(cell: unknown, path: string | null, depth = 1): unknown {
    this.bytes += 8;
    if (typeof cell === 'string') {
      this.bytes += cell.length;
      return cell.isWellFormed() ? cell : halfCharacter();
    }
    if (typeof cell === 'number') return Number.isFinite(cell) ? cell : notFinite();
    if (typeof cell === 'bigint') return exact(cell);
    if (cell === null || cell === undefined) return null;
    if (typeof cell !== 'object') return cell;
    return this.#object(cell, path, depth);
  }

  #object(cell: object, path: string | null, depth: number): unknown {
    if (cell instanceof Decimal) {
      this.#write(path, cell.text);
      return cell.value;
    }
    if (cell instanceof Date) return Number.isNaN(cell.getTime()) ? notFinite() : cell.toISOString();
    if (cell instanceof Uint8Array) {
      this.bytes += cell.length;
      const bytes = Buffer.from(cell.buffer, cell.byteOffset, cell.length);
      if (isUtf8(bytes)) return bytes.toString('utf8');
      if (bytes.length <= mostHexBytes) this.#write(path, bytes.toString('hex'));
      return bytesAsText();
    }
    if (depth >= deepestJson) return tooDeep();
    if (Array.isArray(cell)) return cell.map((inner) => this.value(inner, null, depth + 1));
    if (Symbol.iterator in cell && !('toJSON' in cell && isFields(cell))) {
      return Array.from(cell as Iterable<unknown>, (inner) => this.value(inner, null, depth + 1));
    }
    return this.fields(Object.entries(isFields(cell) ? (cell.toJSON() as object) : cell), path, depth);
  }

  /** An object of named cells. */
  fields(cells: Iterable<readonly [string, unknown]>, path: string | null = '', depth = 0): object {
    const fields: [string, unknown][] = [];
    for (const [name, cell] of cells) {
      this.bytes += name.length;
      const inside = path === '' ? name : `${path}.${name}`;
      fields.push([name, this.value(cell, path === null ? null : inside, depth + 1)]);
    }
    // From entries: a column may have any name.
    return Object.fromEntries(fields);
  }

  #write(path: string | null, text: string): void {
    if (path !== null) this.written.set(path, text);
  }
}

/** Rows of structs and maps of Arrow: they iterate over their entries, and say as JSON what they are. */
const isFields = (cell: object): cell is { toJSON(): unknown } =>
  'toJSON' in cell && /^(?:Struct|Map)Row/.test(cell.constructor.name);

const exact = (value: bigint): number | string => {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value.toString();
};
