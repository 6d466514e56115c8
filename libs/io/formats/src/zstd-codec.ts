import { promisify } from 'node:util';
import { constants, crc32, zstdCompress, zstdCompressSync, zstdDecompress, zstdDecompressSync } from 'node:zlib';
import { type Codec, IntegrityError } from '@proofmill/contract';
import { contentLength, frameLength } from './zstd-frame.ts';

const compressAsync = promisify(zstdCompress);
const decompressAsync = promisify(zstdDecompress);

/**
 * Room for what most frames hold, allocated at once: in the default pieces of 16 KB a chunk takes three times the CPU. A frame that says
 * that it holds less gets less. (Not for compression, where the size of the pieces can change the bytes.)
 */
const decompressPieceBytes = 320 * 1024;
/** The room is not filled to its last byte, or another piece would be asked for. */
const slackBytes = 64;

const decompressOptions = (frame: Uint8Array, maxBytes: number) => ({
  maxOutputLength: maxBytes,
  chunkSize: Math.min(decompressPieceBytes, (contentLength(frame) ?? decompressPieceBytes) + slackBytes),
});

/** The size is announced: without it the asynchronous function writes different bytes from the synchronous function. */
const compressOptions = (bytes: Uint8Array) => ({
  params: { [constants.ZSTD_c_compressionLevel]: 3, [constants.ZSTD_c_checksumFlag]: 1 },
  pledgedSrcSize: bytes.length,
});

function demandOneFrame(frame: Uint8Array): void {
  const length = frameLength(frame);
  if (length === null) throw new IntegrityError('a zstd frame is damaged or cut short');
  if (length !== frame.length) throw new IntegrityError(`${frame.length - length} bytes follow a zstd frame`);
}

/**
 * Node appends an empty second frame (13 bytes) when the first fills its output buffer to the last byte, 16 KB or a
 * multiple of it: about one chunk in 16,000. Seen with 24.21.0.
 */
const firstFrame = (compressed: Uint8Array): Uint8Array => compressed.subarray(0, frameLength(compressed) ?? undefined);

function damaged(error: unknown, maxBytes: number): IntegrityError {
  const isTooLarge = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
  const message = isTooLarge ? `a zstd frame holds more than ${maxBytes} bytes` : 'a zstd frame is damaged';
  return new IntegrityError(message, { cause: error });
}

/** Parquet is loaded when a file of it is written or read: it takes a tenth of a second. */
const shared: Pick<Codec, 'crc32' | 'writeTable' | 'readTable'> = {
  crc32: (bytes) => crc32(bytes),
  async *writeTable(columns, records) {
    yield* (await import('./parquet/write-table.ts')).writeTable(columns, records);
  },
  async *readTable(columns, file) {
    yield* (await import('./parquet/read-table.ts')).readTable(columns, file);
  },
};

/** So little content takes less time than handing it to another thread does: a chunk of a few items is three to eight times as fast. */
const atOnceBytes = 32 * 1024;

/** zstd at level 3 with a checksum in every frame; what is long, in the background threads of Node. */
export function zstdCodec(): Codec {
  const atOnce = zstdCodecSync();
  return {
    ...shared,
    async compress(bytes) {
      if (bytes.length <= atOnceBytes) return atOnce.compress(bytes);
      return firstFrame(await compressAsync(bytes, compressOptions(bytes)));
    },
    async decompress(frame, maxBytes) {
      if ((contentLength(frame) ?? Number.POSITIVE_INFINITY) <= atOnceBytes) return atOnce.decompress(frame, maxBytes);
      demandOneFrame(frame);
      try {
        return await decompressAsync(frame, decompressOptions(frame, maxBytes));
      } catch (error) {
        throw damaged(error, maxBytes);
      }
    },
  };
}

/** The same bytes as zstdCodec, made before the call returns: only the microtask queue decides what runs next. */
export function zstdCodecSync(): Codec {
  return {
    ...shared,
    compress: async (bytes) => firstFrame(zstdCompressSync(bytes, compressOptions(bytes))),
    async decompress(frame, maxBytes) {
      demandOneFrame(frame);
      try {
        return zstdDecompressSync(frame, decompressOptions(frame, maxBytes));
      } catch (error) {
        throw damaged(error, maxBytes);
      }
    },
  };
}
