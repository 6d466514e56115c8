import { bounds, type ChunkEntry, type Codec, type PackLine, type Store, sha256 } from '@proofmill/contract';
import { decodePackLines } from '@proofmill/plan';

/** The lines of one chunk of a pack. Throws when the frame is not what the plan says. */
export type ChunkReader = (path: string, chunk: ChunkEntry) => Promise<PackLine[]>;

export function chunkReader(store: Store, codec: Codec): ChunkReader {
  return async (path, chunk) => {
    const frame = await store.read(path, { offset: chunk.offset, length: chunk.bytes });
    if (!frame || sha256(frame) !== chunk.sha256) throw new Error('its sha256 is not what the plan says');
    return decodePackLines(await codec.decompress(frame, bounds.frameContentBytes));
  };
}
