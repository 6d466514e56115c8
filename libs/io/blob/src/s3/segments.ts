/**
 * The segments of one epoch's journal: `<folder>/<position of its first byte, 16 digits>`. They never change, and each begins
 * where the previous one ends, so earlier listings stay valid and only later segments are listed. That takes 8 bytes of memory
 * a segment; listing from the beginning would take a request for every thousand segments each time.
 */
import { IntegrityError } from '@proofmill/contract';
import { digits } from '../digits.ts';
import type { Bucket } from './bucket.ts';
import { listObjects, readObject } from './read-objects.ts';

export const ownerOf = (folder: string): string => `${folder}/owner`;
export const segmentOf = (folder: string, start: number): string => `${folder}/${digits(start, 16)}`;
const segmentPattern = /^\d{16,}$/;

export interface Segments {
  /** The bytes from `offset` up to `end`, segment by segment. While the journal grows, only what existed at the beginning. */
  read(offset: number, end: number): AsyncGenerator<Uint8Array>;
  /** Adds a segment that the caller has made. */
  add(start: number, bytes: number): void;
}

export function segmentsOf(bucket: Bucket, folder: string): Segments {
  const starts: number[] = [];
  let end = 0;
  let exists = false;

  function add(start: number, bytes: number): void {
    if (start !== end) return;
    starts.push(start);
    end = start + bytes;
    exists = true;
  }

  async function listLater(): Promise<void> {
    const last = starts.at(-1);
    const after = last === undefined ? undefined : segmentOf(folder, last);
    for await (const { key, bytes } of listObjects(bucket, `${folder}/`, after)) {
      exists = true;
      const name = key.slice(folder.length + 1);
      // No writer of ours leaves a gap: what follows one is ignored.
      if (segmentPattern.test(name)) add(Number(name), bytes);
    }
    if (!exists) throw bucket.missing(folder);
  }

  async function* read(offset: number, wantedEnd: number): AsyncGenerator<Uint8Array> {
    if (wantedEnd > end) await listLater();
    const until = Math.min(wantedEnd, end);
    for (let position = offset; position < until; ) {
      const index = lastAtMost(starts, position);
      const start = starts[index] ?? 0;
      const length = Math.min(starts[index + 1] ?? end, until) - position;
      const key = segmentOf(folder, start);
      const piece = await readObject(bucket, key, position - start, length);
      if (piece?.length !== length) {
        throw new IntegrityError(`s3://${bucket.name}/${key} was removed or cut after it was listed`);
      }
      yield piece;
      position += length;
    }
  }

  return { read, add };
}

/** The index of the last number that is not above the limit, in ascending numbers of which the first is not. */
function lastAtMost(ascending: readonly number[], limit: number): number {
  let low = 0;
  let high = ascending.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((ascending[middle] ?? 0) <= limit) low = middle;
    else high = middle - 1;
  }
  return low;
}
