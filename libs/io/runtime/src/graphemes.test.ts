import { describe, expect, it } from 'vitest';
import { cutText, lengthOf } from './graphemes.ts';

describe('text by characters', () => {
  it('is cut between characters, never inside one', () => {
    const family = '👩‍👩‍👧';
    expect(cutText(`a${family}e\u0301z`, 2)).toBe(`a${family}`);
    expect(cutText(`a${family}e\u0301z`, 3)).toBe(`a${family}e\u0301`);
    expect(cutText('abc', 5)).toBe('abc');
    expect(cutText('abc', 0)).toBe('');
  });

  it('is as long as a person counts', () => {
    expect(lengthOf('👩‍👩‍👧e\u0301')).toBe(2);
    expect(lengthOf('')).toBe(0);
  });
});
