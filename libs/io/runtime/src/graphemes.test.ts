import { describe, expect, it } from 'vitest';
import { cutStart, cutText, lengthOf, wrapText } from './graphemes.ts';

describe('text by characters', () => {
  it('is cut between characters, never inside one', () => {
    const family = '👩‍👩‍👧';
    expect(cutText(`a${family}e\u0301z`, 2)).toBe(`a${family}`);
    expect(cutText(`a${family}e\u0301z`, 3)).toBe(`a${family}e\u0301`);
    expect(cutText('abc', 5)).toBe('abc');
    expect(cutText('abc', 0)).toBe('');
    expect(cutStart(`z${family}e\u0301`, 2)).toBe(`${family}e\u0301`);
  });

  it('is as long as a person counts', () => {
    expect(lengthOf('👩‍👩‍👧e\u0301')).toBe(2);
    expect(lengthOf('')).toBe(0);
  });
});

describe('text in lines', () => {
  it.each<[string, number, string[]]>([
    ['one two three', 7, ['one two', 'three']],
    ['one two three', 8, ['one two', 'three']],
    ['one two three', 6, ['one', 'two', 'three']],
    ['abcdefgh', 3, ['abc', 'def', 'gh']],
    ['a bcdefgh', 4, ['a', 'bcde', 'fgh']],
    ['', 4, ['']],
    ['👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧', 2, ['👩‍👩‍👧👩‍👩‍👧', '👩‍👩‍👧']],
    ['e\u0301e\u0301 e\u0301', 2, ['e\u0301e\u0301', 'e\u0301']],
  ])('%j in lines of %i', (text, width, lines) => {
    expect(wrapText(text, width)).toEqual(lines);
  });

  it('keeps every character but spaces, and no line is too long', () => {
    const text = 'a bb ccc dddd eeeee ffffff ggggggg hhhhhhhh '.repeat(5);
    for (let width = 1; width < 20; width += 1) {
      const lines = wrapText(text, width);
      expect(lines.join('').replace(/\s/g, '')).toBe(text.replace(/\s/g, ''));
      expect(Math.max(...lines.map(lengthOf))).toBeLessThanOrEqual(width);
    }
  });
});
