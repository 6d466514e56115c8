import type { Journals, JournalWriter } from '@proofmill/contract';
import { createCallQueue } from '../call-queue.ts';
import { digits } from '../digits.ts';
import { endedElsewhere } from '../ended-journal.ts';
import { placeOf } from '../object-path.ts';
import type { S3Address } from './address.ts';
import { bucketOf } from './bucket.ts';
import { headObject, listFolders } from './read-objects.ts';
import { ownerOf, type Segments, segmentOf, segmentsOf } from './segments.ts';
import { createObject, partBytes } from './write-objects.ts';

export interface S3JournalsOptions {
  readonly syncEveryMs?: number;
  /** Milliseconds on a monotonic clock. */
  readonly now?: () => number;
  /** Lets tests fail the server. */
  readonly createSegment?: (key: string, body: Uint8Array) => Promise<boolean>;
}

/**
 * Journals as segments. An object store cannot append, so each sync writes the bytes since the last one as an object of its
 * own, `<partition folder>/<epoch>/<position of its first byte>`. Segments never change, each begins where the previous
 * one ends, and an empty one is the end. An epoch belongs to the process that created `<epoch>/owner`. A sync waits until
 * `syncEveryMs` after the last one, so that time and not the number of messages decides how many requests there are.
 */
export function s3Journals(
  { bucket: bucketName, prefix }: S3Address,
  pathOfPartition: (partition: number) => string,
  options: S3JournalsOptions = {},
): Journals {
  const bucket = bucketOf(bucketName);
  const {
    syncEveryMs = 2000,
    now = () => performance.now(),
    createSegment = (key, body) => createObject(bucket, key, body),
  } = options;
  const segmentsByFolder = new Map<string, Segments>();

  const partitionFolder = (partition: number): string => {
    const path = pathOfPartition(partition);
    placeOf('/', path);
    return prefix === '' ? path : `${prefix}/${path}`;
  };
  const epochFolder = (partition: number, epoch: number): string => `${partitionFolder(partition)}/${digits(epoch, 5)}`;
  const segmentsIn = (folder: string): Segments => {
    const segments = segmentsByFolder.get(folder) ?? segmentsOf(bucket, folder);
    segmentsByFolder.set(folder, segments);
    return segments;
  };

  async function epochs(partition: number, after = 0): Promise<number[]> {
    if (after > 0) return epochsAfter(partition, after);
    const names = await listFolders(bucket, `${partitionFolder(partition)}/`);
    return names
      .filter((name) => /^\d{5,}$/.test(name))
      .map(Number)
      .sort((a, b) => a - b);
  }

  /** Epochs have no gap above one that exists: a creator takes the next free one. */
  async function epochsAfter(partition: number, after: number): Promise<number[]> {
    const found: number[] = [];
    for (let epoch = after + 1; await headObject(bucket, ownerOf(epochFolder(partition, epoch))); epoch += 1) {
      found.push(epoch);
    }
    return found;
  }

  async function create(partition: number): Promise<JournalWriter> {
    for (let epoch = ((await epochs(partition)).at(-1) ?? 0) + 1; ; epoch += 1) {
      const folder = epochFolder(partition, epoch);
      if (!(await createObject(bucket, ownerOf(folder), new Uint8Array()))) continue;
      return writerOf({ createSegment, folder, epoch, syncEveryMs, now, segments: segmentsIn(folder) });
    }
  }

  async function* read(partition: number, epoch: number, offset: number, length?: number): AsyncGenerator<Uint8Array> {
    const end = length === undefined ? Number.POSITIVE_INFINITY : offset + length;
    yield* segmentsIn(epochFolder(partition, epoch)).read(offset, end);
  }

  return {
    create,
    epochs,
    read,
    end: (partition, epoch) => segmentsIn(epochFolder(partition, epoch)).end(),
    lengthOfEnded: async (partition, epoch) => segmentsIn(epochFolder(partition, epoch)).lengthOfEnded,
  };
}

interface WriterOptions extends Required<S3JournalsOptions> {
  readonly folder: string;
  readonly epoch: number;
  readonly segments: Segments;
}

/** The only writer of an epoch. After a failure it does not know whether the segment exists, so the first one is final. */
function writerOf({ createSegment, folder, epoch, syncEveryMs, now, segments }: WriterOptions): JournalWriter {
  const queue = createCallQueue(folder);
  let pieces: Uint8Array[] = [];
  let pendingBytes = 0;
  let end = 0;
  let lastFlushMs = Number.NEGATIVE_INFINITY;

  async function flush(): Promise<void> {
    if (pendingBytes === 0) return;
    const start = end - pendingBytes;
    const body = Buffer.concat(pieces, pendingBytes);
    pieces = [];
    pendingBytes = 0;
    // Nobody else writes segments of this epoch: what has the name is the end.
    if (!(await createSegment(segmentOf(folder, start), body))) throw endedElsewhere(folder);
    segments.add(start, body.length);
    lastFlushMs = now();
  }

  return {
    epoch,
    append: (bytes) =>
      queue.run(async () => {
        const position = end;
        pieces.push(bytes.slice());
        pendingBytes += bytes.length;
        end += bytes.length;
        // A caller that never syncs must not fill the memory.
        if (pendingBytes >= partBytes) await flush();
        return position;
      }),
    sync: () =>
      queue.run(async () => {
        const waitMs = pendingBytes === 0 ? 0 : lastFlushMs + syncEveryMs - now();
        if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
        await flush();
      }),
    close: queue.close,
  };
}
