import { isUtf8 } from 'node:buffer';
import { DEFAULT_PARSERS } from 'hyparquet/src/convert.js';
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
