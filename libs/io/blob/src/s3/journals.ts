import { type Journals, type JournalWriter, UnavailableError } from '@proofmill/contract';
import { digits } from '../digits.ts';
import { placeOf } from '../object-path.ts';
import type { S3Address } from './address.ts';
import { type Objects, objectsOf, partBytes } from './objects.ts';
import { ownerOf, type Segments, segmentOf, segmentsOf } from './segments.ts';

export interface S3JournalsOptions {
  readonly syncEveryMs?: number;
  /** Milliseconds on a clock that never jumps. */
  readonly now?: () => number;
  /** For tests of what happens when the server fails. */
  readonly createSegment?: Objects['create'];
}

/**
 * Journals as segments: an object store appends to nothing, so each sync writes what was appended since the last one as an object
 * of its own, `<partition folder>/<epoch>/<position of its first byte>`. Segments follow one another without a gap, and are
 * never changed. An epoch belongs to whoever created `<epoch>/owner`. A sync waits until `syncEveryMs` after the last one, or
 * until a part's worth is there, so that requests are counted by time and not by messages.
 */
export function s3Journals(
  { bucket, prefix }: S3Address,
  pathOfPartition: (partition: number) => string,
  options: S3JournalsOptions = {},
): Journals {
  const objects = objectsOf(bucket);
  const { syncEveryMs = 2000, now = () => performance.now(), createSegment = objects.create } = options;
  const known = new Map<string, Segments>();

  const partitionFolder = (partition: number): string => {
    const path = pathOfPartition(partition);
    placeOf('/', path);
    return prefix === '' ? path : `${prefix}/${path}`;
  };
  const epochFolder = (partition: number, epoch: number): string => `${partitionFolder(partition)}/${digits(epoch, 5)}`;
  const segmentsIn = (folder: string): Segments => {
    const segments = known.get(folder) ?? segmentsOf(objects, folder);
    known.set(folder, segments);
    return segments;
  };

  async function epochs(partition: number): Promise<number[]> {
    const names = await objects.folders(`${partitionFolder(partition)}/`);
    return names
      .filter((name) => /^\d{5,}$/.test(name))
      .map(Number)
      .sort((a, b) => a - b);
  }

  async function create(partition: number): Promise<JournalWriter> {
    for (let epoch = ((await epochs(partition)).at(-1) ?? 0) + 1; ; epoch += 1) {
      const folder = epochFolder(partition, epoch);
      if (!(await objects.create(ownerOf(folder), new Uint8Array()))) continue;
      return writerOf({ createSegment, folder, epoch, syncEveryMs, now, segments: segmentsIn(folder) });
    }
  }

  async function* read(partition: number, epoch: number, offset: number, length?: number): AsyncGenerator<Uint8Array> {
    const end = length === undefined ? Number.POSITIVE_INFINITY : offset + length;
    yield* segmentsIn(epochFolder(partition, epoch)).read(offset, end);
  }

  return { create, epochs, read };
}

interface WriterOptions extends Required<S3JournalsOptions> {
  readonly folder: string;
  readonly epoch: number;
  readonly segments: Segments;
}

/** Calls are done in their order. The first failure is final: whether the segment is there is then unknown to its writer. */
function writerOf({ createSegment, folder, epoch, syncEveryMs, now, segments }: WriterOptions): JournalWriter {
  let pieces: Uint8Array[] = [];
  let pending = 0;
  let end = 0;
  let lastMs = Number.NEGATIVE_INFINITY;
  let failure: { readonly error: unknown } | undefined;
  let closed = false;
  let last: Promise<unknown> = Promise.resolve();

  function inTurn<T>(task: () => Promise<T>): Promise<T> {
    if (closed) return Promise.reject(new Error(`${folder} is closed`));
    const turn = last.then(async () => {
      if (failure) throw failure.error;
      try {
        return await task();
      } catch (error) {
        failure = { error };
        throw error;
      }
    });
    last = turn.catch(() => undefined);
    return turn;
  }

  async function flush(): Promise<void> {
    if (pending === 0) return;
    const start = end - pending;
    const body = Buffer.concat(pieces, pending);
    pieces = [];
    pending = 0;
    if (!(await createSegment(segmentOf(folder, start), body))) {
      throw new UnavailableError(
        'journal',
        `${folder} has a segment at ${start} that is not ours: another process writes it`,
      );
    }
    segments.note(start, body.length);
    lastMs = now();
  }

  return {
    epoch,
    append: (bytes) =>
      inTurn(async () => {
        const position = end;
        pieces.push(bytes.slice());
        pending += bytes.length;
        end += bytes.length;
        // What is appended without a sync would be held in memory for ever.
        if (pending >= partBytes) await flush();
        return position;
      }),
    sync: () =>
      inTurn(async () => {
        const waitMs = pending === 0 ? 0 : lastMs + syncEveryMs - now();
        if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
        await flush();
      }),
    close: async () => {
      closed = true;
      await last;
    },
  };
}
