import { crc32 } from 'node:zlib';
import type { Codec } from '@proofmill/contract';

/** Frames are plain in a simulation: zstd is not under test, and its threads would bring in real time. */
export const plainCodec: Codec = {
  compress: async (bytes) => bytes,
  decompress: async (frame) => frame,
  crc32: (bytes) => crc32(bytes),
};
