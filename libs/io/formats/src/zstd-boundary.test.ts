import { chanceOf } from '@proofmill/test-kit';
import { expect, it } from 'vitest';
import { zstdCodec, zstdCodecSync } from './zstd-codec.ts';
import { frameLength } from './zstd-frame.ts';

/** Bytes that do not compress, from a seed: a frame is as long as its content and a few bytes more. */
function noise(length: number): Uint8Array {
  const chance = chanceOf(7);
  return Uint8Array.from({ length }, () => Math.floor(256 * chance()));
}

it.each([
  ['in the background', zstdCodec()],
  ['at once', zstdCodecSync()],
])('a frame that fills the output buffer of zlib to the last byte comes out alone, %s', async (_name, codec) => {
  const lengths = new Set<number>();
  for (const buffer of [16_384, 65_536]) {
    for (let length = buffer - 40; length <= buffer + 4; length += 1) {
      const content = noise(length);
      const frame = await codec.compress(content);
      expect(frameLength(frame), `${length} bytes`).toBe(frame.length);
      expect(Buffer.compare(await codec.decompress(frame, 1_000_000), content), `${length} bytes`).toBe(0);
      lengths.add(frame.length);
    }
  }
  expect(lengths).toContain(16_384);
  expect(lengths).toContain(65_536);
});
