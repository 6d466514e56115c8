import { isUtf8 } from 'node:buffer';
import { DEFAULT_PARSERS } from 'hyparquet/src/convert.js';
import type { SchemaElement } from 'hyparquet';
import { bigEndian, Decimal } from '../decimal.ts';
import { notUtf8 } from '../unreadables.ts';

const textOf = (bytes: Uint8Array | undefined): unknown => {
  if (!bytes) return bytes;
  return isUtf8(bytes) ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8') : notUtf8();
};

/** How cells are read: texts that are none are told, JSON that is none stays the text that it is. */
export const cellParsers: typeof DEFAULT_PARSERS = {
  ...DEFAULT_PARSERS,
  stringFromBytes: textOf,
  jsonFromBytes(bytes: Uint8Array | undefined) {
    const text = textOf(bytes);
    if (typeof text !== 'string') return text;
    try {
      return JSON.parse(text) as unknown;
    } catch {
      return text;
    }
  },
};

/**
 * A column and the parsers for it. hyparquet multiplies decimals as numbers, which loses digits, and asks no parser. So it is told that such a
 * column holds dates, of whatever physical type, and the parser of dates gets the whole number of each cell.
 */
export function readingDecimals(element: SchemaElement): { element: SchemaElement; parsers: typeof DEFAULT_PARSERS } {
  const { logical_type: logical, ...physical } = element;
  const isDecimal = element.converted_type === 'DECIMAL' || logical?.type === 'DECIMAL';
  if (!isDecimal) return { element, parsers: cellParsers };
  const scale = (logical?.type === 'DECIMAL' ? logical.scale : element.scale) ?? 0;
  const decimalOf = (cell: unknown): unknown => {
    if (cell instanceof Uint8Array) return new Decimal(bigEndian(cell), scale);
    return typeof cell === 'number' || typeof cell === 'bigint' ? new Decimal(BigInt(cell), scale) : cell;
  };
  return {
    element: { ...physical, converted_type: 'DATE' },
    parsers: { ...cellParsers, dateFromDays: decimalOf as unknown as typeof DEFAULT_PARSERS.dateFromDays },
  };
}
