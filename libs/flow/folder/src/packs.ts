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
export async function readFrame(folder: StageFolder, entry: PlanEntry, chunk: number): Promise<Uint8Array> {
  if (!entry.chunks[chunk]) throw new RangeError(`shard ${entry.shard} has no chunk ${chunk}`);
  const [frame] = await readFrames(folder, entry, [chunk]);
  if (!frame) throw new RangeError(`no frame of chunk ${chunk} was read`);
  return frame;
}

/** The frames of neighbouring chunks, in one read; see `readFrame`. */
async function readFrames(
  { store, paths }: StageFolder,
  entry: PlanEntry,
  chunks: readonly number[],
): Promise<Uint8Array[]> {
  const planned = chunks.flatMap((chunk) => entry.chunks[chunk] ?? []);
  const offset = planned[0]?.offset ?? 0;
  const last = planned.at(-1);
  const length = last ? last.offset + last.bytes - offset : 0;
  const path = paths.pack(entry.shard);
  const bytes = await store.read(path, { offset, length });
  if (!bytes) throw damaged(store, path, 'is missing, and its plan entry names it');
  return planned.map((chunk, position) => {
    const from = chunk.offset - offset;
    const frame = bytes.subarray(from, from + chunk.bytes);
    if (sha256(frame) === chunk.sha256) return frame;
    throw damaged(store, path, `is damaged: chunk ${chunks[position]} is not the planned one`);
  });
}

/**
 * The lines of one chunk. IntegrityError when they are not the planned ones. The digest vouches for the bytes; the schema makes
 * lines of them, also where another version of Proofmill has planned the run. A worker decodes the same frame by itself: its
 * bytes come over the wire, and a task carries no digest.
 */
export const readLines = async (
  folder: StageFolder,
  codec: Codec,
  entry: PlanEntry,
  chunk: number,
): Promise<PackLine[]> => linesIn(codec, await readFrame(folder, entry, chunk));

/** Frames that are read together have so many bytes at most: chunks may be tiny, and each read costs a call or a request. */
const readBytes = 256 * 1024;

/** The lines of these chunks, ascending, one array a chunk; see `readLines`. A chunk is decompressed when its turn comes. */
export async function* linesOfChunks(
  folder: StageFolder,
  codec: Codec,
  entry: PlanEntry,
  chunks: Iterable<number>,
): AsyncGenerator<{ readonly chunk: number; readonly lines: PackLine[] }> {
  for (const run of runsOf(entry, chunks)) {
    for (const [position, frame] of (await readFrames(folder, entry, run)).entries()) {
      yield { chunk: run[position] ?? 0, lines: await linesIn(codec, frame) };
    }
  }
}

/** Cuts chunks into runs of neighbours that are read together. */
function* runsOf(entry: PlanEntry, chunks: Iterable<number>): Generator<number[]> {
  let run: number[] = [];
  let bytes = 0;
  for (const chunk of chunks) {
    const size = entry.chunks[chunk]?.bytes ?? 0;
    const isNeighbour = run.at(-1) === chunk - 1;
    if (run.length > 0 && (!isNeighbour || bytes + size > readBytes)) {
      yield run;
      run = [];
      bytes = 0;
    }
    run.push(chunk);
    bytes += size;
  }
  if (run.length > 0) yield run;
}

const linesIn = async (codec: Codec, frame: Uint8Array): Promise<PackLine[]> =>
  decodePackLines(await codec.decompress(frame, bounds.frameContentBytes));
