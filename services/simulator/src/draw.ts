/** Chance that is a pure function of texts and seeds, so that every answer can be asked for again. */
import { hash } from 'node:crypto';

/** The sha256 of a text as eight 32-bit words, to seed with. */
export type Digest = Int32Array;

/** The sha256 of a text, as words. */
export function digestOfText(text: string): Digest {
  const bytes = hash('sha256', text, 'buffer');
  const words = new Int32Array(8);
  for (let index = 0; index < 8; index++) words[index] = bytes.readInt32LE(index * 4);
  return words;
}

/** A digest as 64 hex characters, equal to the sha256 of the text. */
export function hexOfDigest(digest: Digest): string {
  return Buffer.from(digest.buffer, digest.byteOffset, 32).toString('hex');
}

/** One word of a digest as a number in [0, 1). */
export const fractionOf = (digest: Digest, word: number): number => ((digest[word] ?? 0) >>> 0) / 2 ** 32;

/** A stream of numbers in [0, 1). */
export type Draw = () => number;

/** The generator sfc32 (PractRand, public domain); 15 rounds part seeds that differ in one bit. */
export function createDraw(seedA: number, seedB: number, seedC: number, seedD: number): Draw {
  let a = seedA | 0;
  let b = seedB | 0;
  let c = seedC | 0;
  let d = seedD | 0;
  const next = (): number => {
    const sum = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let round = 0; round < 15; round++) next();
  return next;
}

/** One of the entries. */
export function pick<T>(draw: Draw, entries: readonly T[]): T {
  const entry = entries[Math.floor(draw() * entries.length)];
  if (entry === undefined) throw new Error('nothing to pick from');
  return entry;
}

/** A standard normal number (Box and Muller). */
export const normal = (draw: Draw): number => Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw());
