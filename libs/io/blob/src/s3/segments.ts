/**
 * The segments of one epoch's journal: `<folder>/<position of its first byte, 16 digits>`. They never change and follow one another
 * without a gap, so what is known of them stays true and only what came since is listed: 8 bytes of memory a segment, where a
 * listing from the beginning would take a request for every thousand, at every look.
 */
import { IntegrityError } from '@proofmill/contract';
import { digits } from '../digits.ts';
import type { Objects } from './objects.ts';

export const ownerOf = (folder: string): string => `${folder}/owner`;
export const segmentOf = (folder: string, start: number): string => `${folder}/${digits(start, 16)}`;
const segmentPattern = /^\d{16,}$/;

export interface Segments {
  /** The bytes from `offset` up to `end`, segment by segment; of a journal that grows, what was there at the beginning. */
  read(offset: number, end: number): AsyncGenerator<Uint8Array>;
  /** Notes a segment that the caller has made. */
  note(start: number, bytes: number): void;
}

export function segmentsOf(objects: Objects, folder: string): Segments {
  const starts: number[] = [];
  let end = 0;
  let exists = false;

  function note(start: number, bytes: number): void {
    if (start !== end) return;
    starts.push(start);
    end = start + bytes;
    exists = true;
  }

  async function look(): Promise<void> {
    const last = starts.at(-1);
    for await (const { key, bytes } of objects.list(
      `${folder}/`,
      last === undefined ? undefined : segmentOf(folder, last),
    )) {
      exists = true;
      const name = key.slice(folder.length + 1);
      // What lies behind a gap was written by nobody of ours: it is not taken.
      if (segmentPattern.test(name)) note(Number(name), bytes);
    }
    if (!exists) throw objects.missing(folder);
  }

  /** The number of the segment that holds the position, which is before the end. */
  function holding(position: number): number {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((starts[middle] ?? 0) <= position) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  async function* read(offset: number, wanted: number): AsyncGenerator<Uint8Array> {
    if (wanted > end) await look();
    const until = Math.min(wanted, end);
    for (let position = offset; position < until; ) {
      const number = holding(position);
      const start = starts[number] ?? 0;
      const length = Math.min(starts[number + 1] ?? end, until) - position;
      const key = segmentOf(folder, start);
      const piece = await objects.read(key, position - start, length);
      if (piece?.length !== length) throw new IntegrityError(`${key} was there, and is gone or shorter`);
      yield piece;
      position += length;
    }
  }

  return { read, note };
}
