import { describe, expect, it } from 'vitest';
import { sealedText, sha256, unseal } from './index.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const object = { v: 1, name: 'ä "quoted"', digests: ['AAAA', 'AAAB'], nested: { sha256: 'of something else' } };

describe('a sealed object', () => {
  it.each([0, 1])('is the same object when it is unsealed (indented by %i)', (indent) => {
    const text = sealedText(object, indent);
    expect(JSON.parse(text)).toMatchObject(object);
    expect(unseal(bytesOf(text))).toEqual({ state: 'sound', value: object });
  });

  it('ends with the sha256 of all bytes ahead of it', () => {
    const text = sealedText(object);
    const [, ahead = '', digest] = /^(.*)([0-9a-f]{64})"\}\n$/s.exec(text) ?? [];
    expect(digest).toBe(sha256(ahead));
  });

  it.each([0, 1])('is damaged by every flip of a bit (indented by %i)', (indent) => {
    const bytes = bytesOf(sealedText(object, indent));
    for (let at = 0; at < bytes.length; at += 1) {
      for (let bit = 1; bit < 256; bit *= 2) {
        const flipped = bytes.map((byte, position) => (position === at ? byte ^ bit : byte));
        expect(unseal(flipped).state, `byte ${at}, bit ${bit}`).toBe('damaged');
      }
    }
  });

  it('is damaged by every truncation', () => {
    const bytes = bytesOf(sealedText(object));
    for (let length = 0; length < bytes.length; length += 1)
      expect(unseal(bytes.subarray(0, length)).state, `${length} bytes`).toBe('damaged');
  });
});

it('an object that was never sealed is told from a damaged one', () => {
  expect(unseal(bytesOf(`${JSON.stringify(object)}\n`))).toEqual({ state: 'unsealed' });
  for (const text of ['', '{', 'null', '[]', '"text"'])
    expect(unseal(bytesOf(text)), text).toEqual({ state: 'damaged' });
});
