import { zstdCompressSync } from 'node:zlib';
import { IntegrityError } from '@proofmill/contract';
import { chanceOf } from '@proofmill/test-kit';
import { describe, expect, it } from 'vitest';
import { zstdCodec, zstdCodecSync } from './index.ts';

/** Text-like bytes that are the same each time. */
function sample(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  const chance = chanceOf(1);
  for (let at = 0; at < length; at += 1) {
    const letters = ((at >> 14) % 20) + 2;
    bytes[at] = 97 + Math.floor(letters * chance());
  }
  return bytes;
}

const lengths = [0, 1, 100, 65_535, 65_536, 131_072, 131_073, 1_000_000];

describe.each([
  ['zstdCodec', zstdCodec()],
  ['zstdCodecSync', zstdCodecSync()],
])('%s', (_name, codec) => {
  it.each(lengths)('gives back %i bytes, and the same frame each time and from both', async (length) => {
    const bytes = sample(length);
    const frame = await codec.compress(bytes);
    expect(Buffer.from(await codec.decompress(frame, Math.max(length, 1))).equals(bytes)).toBe(true);
    for (const again of [codec, zstdCodec(), zstdCodecSync()]) {
      expect(Buffer.from(frame).equals(await again.compress(bytes))).toBe(true);
    }
  });

  it('refuses a frame that expands beyond the limit', async () => {
    const frame = await codec.compress(sample(1000));
    await expect(codec.decompress(frame, 999)).rejects.toThrow(IntegrityError);
    await expect(codec.decompress(frame, 999)).rejects.toThrow(/999/);
  });

  it('refuses every cut and every flipped bit', async () => {
    const bytes = sample(3000);
    const frame = Buffer.from(await codec.compress(bytes));
    for (let length = 0; length < frame.length; length += 1) {
      await expect(codec.decompress(frame.subarray(0, length), 10_000)).rejects.toThrow(IntegrityError);
    }
    for (let bit = 0; bit < frame.length * 8; bit += 5) {
      const copy = Buffer.from(frame);
      copy.writeUInt8(copy.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      const read = await codec.decompress(copy, 10_000).catch((error: unknown) => error);
      // Unused bits of the header may change nothing; the content never changes.
      expect(read instanceof IntegrityError || bytes.equals(read as Uint8Array), `bit ${bit}`).toBe(true);
    }
  });

  // Given two frames, Node silently reads the first, or both if the first fills its 64 KB buffer exactly.
  it.each(lengths)('refuses what follows a frame of %i bytes', async (length) => {
    const frame = Buffer.from(await codec.compress(sample(length)));
    for (const tail of [frame, Buffer.from('x'), Buffer.alloc(1)]) {
      await expect(codec.decompress(Buffer.concat([frame, tail]), 10_000_000)).rejects.toThrow(IntegrityError);
    }
  });

  it('reads frames of other writers: without checksum, without size', async () => {
    expect(Buffer.from(await codec.decompress(zstdCompressSync('hello'), 10)).toString()).toBe('hello');
  });

  it('computes the usual CRC-32', () => {
    expect(codec.crc32(Buffer.from('123456789'))).toBe(0xcbf43926);
  });
});
