/** The sha256 of texts, as words to seed chance with. */
import { hash } from 'node:crypto';

/** A sha256 as eight 32-bit words. */
export type Digest = Int32Array;

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
