/**
 * The segments of one epoch's journal: `<folder>/<position of its first byte, 16 digits>`. They never change, and each begins
 * where the previous one ends, so earlier listings stay valid and only later segments are listed. That takes 8 bytes of memory
 * a segment; listing from the beginning would take a request for every thousand segments each time.
 *
 * An empty segment ends the journal. It takes the name that the writer's next one would have, and objects are created once: of the two,
 * exactly one exists.
 */
import { IntegrityError } from '@proofmill/contract';
import { digits } from '../digits.ts';
import { aheadOf } from './ahead.ts';
import type { Bucket } from './bucket.ts';
import { listObjects, readObject } from './read-objects.ts';
import { createObject } from './write-objects.ts';

export const ownerOf = (folder: string): string => `${folder}/owner`;
export const segmentOf = (folder: string, start: number): string => `${folder}/${digits(start, 16)}`;
const segmentPattern = /^\d{16,}$/;

export interface Segments {
  /** The bytes from `offset` up to `end`, segment by segment. While the journal grows, only what existed at the beginning. */
  read(offset: number, end: number): AsyncGenerator<Uint8Array>;
  /** Adds a segment that the caller has made. */
  add(start: number, bytes: number): void;
  /** Adds the empty segment that ends the journal, unless there is one. */
  end(): Promise<void>;
  /** The length, if the last listing has seen the end; else null. */
  readonly lengthOfEnded: number | null;
}

/** Segments that one read asks for at a time, and the bytes that these may have: what is ahead of its turn is in memory. */
const mostAhead = { pieces: 8, bytes: 16 * 1024 * 1024 };

interface Piece {
  readonly key: string;
  readonly offset: number;
  readonly bytes: number;
}

export function segmentsOf(bucket: Bucket, folder: string): Segments {
  const starts: number[] = [];
  let end = 0;
  let exists = false;
  let isEnded = false;

  function add(start: number, bytes: number): void {
    if (start !== end || isEnded) return;
    exists = true;
    if (bytes === 0) {
      isEnded = true;
      return;
    }
    starts.push(start);
    end = start + bytes;
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

  /** The bytes from a position up to the end of its segment, or up to `until`. */
  function pieceAt(position: number, until: number): Piece {
    const index = lastAtMost(starts, position);
    const start = starts[index] ?? 0;
    return {
      key: segmentOf(folder, start),
      offset: position - start,
      bytes: Math.min(starts[index + 1] ?? end, until) - position,
    };
  }

  async function* read(offset: number, wantedEnd: number): AsyncGenerator<Uint8Array> {
    if (wantedEnd > end && !isEnded) await listLater();
    const until = Math.min(wantedEnd, end);
    const pieces = function* (): Generator<Piece> {
      for (let position = offset; position < until; ) {
        const piece = pieceAt(position, until);
        yield piece;
        position += piece.bytes;
      }
    };
    yield* aheadOf(pieces(), (piece) => bytesOf(bucket, piece), mostAhead);
  }

  /** Of the segments that the writer creates meanwhile, each wins at its own position: the next try is after it. */
  async function endJournal(): Promise<void> {
    await listLater();
    while (!isEnded) {
      if (await createObject(bucket, segmentOf(folder, end), new Uint8Array())) add(end, 0);
      else await listLater();
    }
  }

  return {
    read,
    add,
    end: endJournal,
    get lengthOfEnded() {
      return isEnded ? end : null;
    },
  };
}

async function bytesOf(bucket: Bucket, { key, offset, bytes }: Piece): Promise<Uint8Array> {
  const piece = await readObject(bucket, key, offset, bytes);
  if (piece?.length === bytes) return piece;
  throw new IntegrityError(`s3://${bucket.name}/${key} was removed or cut after it was listed`);
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
