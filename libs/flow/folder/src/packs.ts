/** The packs of a stage: the items of a shard, one compressed frame a chunk, written once at planning. */
import { bounds, type Codec, type PackLine, type PlanEntry, sha256 } from '@proofmill/contract';
import { decodePackLines } from '@proofmill/plan';
import { damaged } from './damage.ts';
import { refuseOther } from './objects.ts';
import type { StageFolder } from './stage-folder.ts';

/**
 * Creates the pack of a shard. A planner that died may have left it: then it must be the same, or the call rejects with
 * ConfigurationError.
 */
export async function writePack(
  { store, paths }: StageFolder,
  shard: number,
  frames: AsyncIterable<Uint8Array>,
): Promise<PlanEntry['pack']> {
  const { path, created, bytes, sha256: digest } = await store.write(paths.pack(shard), frames);
  if (!created) await refuseOther(store, path, { bytes, sha256: digest });
  return { bytes, sha256: digest };
}

/**
 * The compressed frame of one chunk, byte for byte. IntegrityError when it is not the planned one. Every read compares the
 * digest, at driving and again at the commit: the bytes were on disk in between.
 */
export async function readFrame({ store, paths }: StageFolder, entry: PlanEntry, chunk: number): Promise<Uint8Array> {
  const planned = entry.chunks[chunk];
  if (!planned) throw new RangeError(`shard ${entry.shard} has no chunk ${chunk}`);
  const path = paths.pack(entry.shard);
  const frame = await store.read(path, { offset: planned.offset, length: planned.bytes });
  if (!frame) throw damaged(store, path, 'is missing, and its plan entry names it');
  if (sha256(frame) !== planned.sha256) throw damaged(store, path, `is damaged: chunk ${chunk} is not the planned one`);
  return frame;
}

/**
 * The lines of one chunk. IntegrityError when they are not the planned ones. The digest vouches for the bytes; the schema makes
 * lines of them, also where another version of Proofmill has planned the run. A worker decodes the same frame by itself: its
 * bytes come over the wire, and a task carries no digest.
 */
export async function readLines(
  folder: StageFolder,
  codec: Codec,
  entry: PlanEntry,
  chunk: number,
): Promise<PackLine[]> {
  const frame = await readFrame(folder, entry, chunk);
  return decodePackLines(await codec.decompress(frame, bounds.frameContentBytes));
}
