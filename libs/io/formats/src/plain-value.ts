import { isUtf8 } from 'node:buffer';
import { deepestJson } from '@proofmill/contract';
import { bytesAsText, halfCharacter, notFinite, tooDeep } from './unreadables.ts';

/** A value as JSON knows them, and about how long it would be as JSON. */
export class PlainRow {
  bytes = 2;

  /**
   * The value of a cell of a binary format. Whole numbers beyond 2^53 become a string of their digits, times a text (ISO 8601), bytes a text
   * where they are one. What is none of these becomes an Unreadable.
   */
  value(cell: unknown, depth = 1): unknown {
    this.bytes += 8;
    if (typeof cell === 'string') {
      this.bytes += cell.length;
      return cell.isWellFormed() ? cell : halfCharacter();
    }
    if (typeof cell === 'number') return Number.isFinite(cell) ? cell : notFinite();
    if (typeof cell === 'bigint') return exact(cell);
    if (cell === null || cell === undefined) return null;
    if (typeof cell !== 'object') return cell;
    return this.#object(cell, depth);
  }

  #object(cell: object, depth: number): unknown {
    if (cell instanceof Date) return Number.isNaN(cell.getTime()) ? notFinite() : cell.toISOString();
    if (cell instanceof Uint8Array) {
      this.bytes += cell.length;
      return isUtf8(cell) ? Buffer.from(cell.buffer, cell.byteOffset, cell.length).toString('utf8') : bytesAsText();
    }
    if (depth >= deepestJson) return tooDeep();
    if (Array.isArray(cell)) return cell.map((inner) => this.value(inner, depth + 1));
    if (Symbol.iterator in cell && !('toJSON' in cell && isFields(cell))) {
      return Array.from(cell as Iterable<unknown>, (inner) => this.value(inner, depth + 1));
    }
    return this.fields(Object.entries(isFields(cell) ? (cell.toJSON() as object) : cell), depth);
  }

  /** An object of named cells. */
  fields(cells: Iterable<readonly [string, unknown]>, depth = 0): object {
    const fields: [string, unknown][] = [];
    for (const [name, cell] of cells) {
      this.bytes += name.length;
      fields.push([name, this.value(cell, depth + 1)]);
    }
    // From entries: a column may have any name.
    return Object.fromEntries(fields);
  }
}

/** Rows of structs and maps of Arrow: they iterate over their entries, and say as JSON what they are. */
const isFields = (cell: object): cell is { toJSON(): unknown } =>
  'toJSON' in cell && /^(?:Struct|Map)Row/.test(cell.constructor.name);

const exact = (value: bigint): number | string => {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value.toString();
};
