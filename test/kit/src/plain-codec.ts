import { crc32 } from 'node:zlib';
import type { Codec } from '@proofmill/contract';

/** Frames are their content, and tables JSON lines: neither zstd nor Parquet is under test, and their threads would bring in real time. */
export const plainCodec: Codec = {
  compress: async (bytes) => bytes,
  decompress: async (frame) => frame,
  crc32: (bytes) => crc32(bytes),
  async *writeTable(_, records) {
    for await (const record of records) yield Buffer.from(`${JSON.stringify(record)}\n`);
  },
  async *readTable(_, { bytes, read }) {
    const lines = Buffer.from(await read(0, bytes))
      .toString()
      .split('\n');
    yield lines.slice(0, -1).map((line): object => JSON.parse(line));
  },
};
