import { zstdDecompressSync } from 'node:zlib';
import { CompressionType, compressionRegistry } from 'apache-arrow';
import { lz4Frame } from './lz4-frame.ts';

let isRegistered = false;

/** Tells Arrow's library, which brings none, how compressed batches are decoded. Feather files have LZ4 by default. */
export function registerCodecs(): void {
  if (isRegistered) return;
  isRegistered = true;
  compressionRegistry.set(CompressionType.ZSTD, { decode: (bytes) => new Uint8Array(zstdDecompressSync(bytes)) });
  compressionRegistry.set(CompressionType.LZ4_FRAME, { decode: lz4Frame });
}
