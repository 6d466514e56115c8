/** Cuts a stream of pack lines into the chunks of a shard. */
import { type ChunkEntry, type PackLine, type Sizes, sha256 } from '@proofmill/contract';

const digestBytes = 8;

export interface Draft {
  readonly line: PackLine;
  readonly encoded: Uint8Array;
}

/** Whether the next line begins a new chunk. An empty chunk takes any line. */
export const startsNewChunk = (items: number, bytes: number, nextBytes: number, sizes: Sizes): boolean =>
  items > 0 && (items >= sizes.chunkItems || bytes + nextBytes > sizes.chunkBytes);

/** The entry of a chunk whose compressed frame begins at `offset` of the pack. */
export function chunkEntry(drafts: readonly Draft[], frame: Uint8Array, offset: number): ChunkEntry {
  const digests = Buffer.alloc(drafts.length * digestBytes);
  const decided: number[] = [];
  drafts.forEach(({ line }, position) => {
    if (line.ask) Buffer.from(line.digest.slice(0, 2 * digestBytes), 'hex').copy(digests, position * digestBytes);
    else decided.push(line.index);
  });
  return {
    offset,
    bytes: frame.length,
    first: drafts[0]?.line.index ?? 0,
    count: drafts.length,
    sha256: sha256(frame),
    digests: digests.toString('base64'),
    decided,
  };
}
