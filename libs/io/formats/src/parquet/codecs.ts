import { brotliDecompressSync, constants, unzipSync, zstdDecompressSync } from 'node:zlib';
import type { Compressors } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';

/** Decoders of pages: Node's own where it has one, since they are several times as fast as those in JavaScript. */
export const pageCodecs: Compressors = {
  ...compressors,
  // A page may be compressed by zlib without the header of gzip.
  GZIP: (input, length) => unzipSync(input, { chunkSize: room(length) }),
  ZSTD: (input, length) =>
    zstdDecompressSync(input, { chunkSize: room(length), params: { [constants.ZSTD_d_windowLogMax]: 31 } }),
  BROTLI: (input, length) => brotliDecompressSync(input, { chunkSize: room(length) }),
};

/** Room for the whole page at once, and somewhat more: a decoder whose room is full looks for more to come. */
const room = (length: number): number => Math.max(length + 64, 64);
