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
export const readFrame = (folder: StageFolder, entry: PlanEntry, chunk: number): Promise<Uint8Array> =>
  new PackReader(folder, 0).frame(entry, chunk);

/** Chunks may be tiny, and each read costs calls, or a request: so much is read at a time. */
const aheadBytes = 256 * 1024;

/** Reads frames for one who takes them about in the order of their chunks: with a frame it reads what follows. */
export class PackReader {
  readonly #folder: StageFolder;
  readonly #aheadBytes: number;
  #shard = -1;
  #offset = 0;
  #bytes: Uint8Array = new Uint8Array();

  constructor(folder: StageFolder, ahead = aheadBytes) {
    this.#folder = folder;
    this.#aheadBytes = ahead;
  }

  /** See `readFrame`. */
  async frame(entry: PlanEntry, chunk: number): Promise<Uint8Array> {
    const { store, paths } = this.#folder;
    const planned = entry.chunks[chunk];
    if (!planned) throw new RangeError(`shard ${entry.shard} has no chunk ${chunk}`);
    const path = paths.pack(entry.shard);
    const { offset, bytes } = planned;
    const isHeld =
      this.#shard === entry.shard && offset >= this.#offset && offset + bytes <= this.#offset + this.#bytes.length;
    if (!isHeld) {
      const read = await store.read(path, { offset, length: Math.max(bytes, this.#aheadBytes) });
      if (!read) throw damaged(store, path, 'is missing, and its plan entry names it');
      this.#shard = entry.shard;
      this.#offset = offset;
      this.#bytes = read;
    }
    const frame = this.#bytes.subarray(offset - this.#offset, offset - this.#offset + bytes);
    if (sha256(frame) === planned.sha256) return frame;
    throw damaged(store, path, `is damaged: chunk ${chunk} is not the planned one`);
  }
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

/** The lines of these chunks, ascending, one array a chunk; see `readLines`. */
export async function* linesOfChunks(
  folder: StageFolder,
  codec: Codec,
  entry: PlanEntry,
  chunks: Iterable<number>,
): AsyncGenerator<{ readonly chunk: number; readonly lines: PackLine[] }> {
  const pack = new PackReader(folder);
  for (const chunk of chunks) yield { chunk, lines: await linesIn(codec, await pack.frame(entry, chunk)) };
}

const linesIn = async (codec: Codec, frame: Uint8Array): Promise<PackLine[]> =>
  decodePackLines(await codec.decompress(frame, bounds.frameContentBytes));
