/** Cuts a stream of pack lines into the chunks of a shard. */
import { type ChunkEntry, type PackLine, type Sizes, sha256 } from '@proofmill/contract';

const digestBytes = 8;

export interface Draft {
  readonly line: PackLine;
  readonly encoded: Uint8Array;
}

/** How far a chunk has come: its lines and their bytes, and how many lines it may take. */
export interface OpenChunk {
  readonly items: number;
  readonly bytes: number;
  readonly mostItems: number;
}

/** Whether the next line begins a new chunk. An empty chunk takes any line. */
export const startsNewChunk = ({ items, bytes, mostItems }: OpenChunk, nextBytes: number, sizes: Sizes): boolean =>
  items > 0 && (items >= mostItems || bytes + nextBytes > sizes.chunkBytes);

/**
 * The most items of a chunk, `left` being the records from its first one to the last of the stage, where the end is in sight. The
 * last chunks are ever smaller, each a fixed part of what is left (guided self-scheduling, Polychronopoulos and Kuck 1987), so that
 * no worker begins on a large one when the others are done.
 */
export const itemsOfChunk = ({ chunkItems, endParts }: Sizes, left: number | null): number =>
  left === null || endParts === undefined ? chunkItems : Math.max(1, Math.min(chunkItems, Math.ceil(left / endParts)));

/** How far ahead of a chunk the end of the stage changes its size. */
export const sightOf = ({ chunkItems, chunkBytes, endParts = 0 }: Sizes): { records: number; bytes: number } => ({
  records: endParts * chunkItems,
  bytes: endParts * chunkBytes,
});

/** Whether a shard with so many records, of so many bytes of the corpus, is full. */
export const isShardFull = (filled: { readonly records: number; readonly bytes: number }, sizes: Sizes): boolean =>
  filled.bytes >= sizes.shardBytes || filled.records >= (sizes.shardRecords ?? Number.POSITIVE_INFINITY);

/** The entry of a chunk whose compressed frame begins at `offset` of the pack. */
export function chunkEntry(drafts: readonly Draft[], frame: Uint8Array, offset: number): ChunkEntry {
  const digests = Buffer.alloc(drafts.length * digestBytes);
  const decided: number[] = [];
  const responses = drafts.map(({ line }) => (line.ask ? line.item.responses.length : 0));
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
    ...responsesOf(responses),
  };
}

/** One number for all items of a chunk where they are alike, as in nearly every corpus. */
function responsesOf(counts: readonly number[]): Pick<ChunkEntry, 'responses'> {
  const asked = counts.filter((count) => count > 0);
  const [first] = asked;
  if (first === undefined) return {};
  return { responses: asked.every((count) => count === first) ? first : [...counts] };
}
