import { describe, expect, it } from 'vitest';
import { visible, visibleLines } from './visible.ts';

describe('a text of others', () => {
  it.each([
    ['a command of a terminal', '\u001b[2J', '\\u001b[2J'],
    ['a title of a terminal', '\u001b]0;x\u0007', '\\u001b]0;x\\u0007'],
    ['a command that begins in the C1 range', '\u009b2J', '\\u009b2J'],
    ['a turned direction', 'a\u202eb\u2066c\u061cd', 'a\\u202eb\\u2066c\\u061cd'],
    ['characters that show nothing', 'a\u200bb\ufeffc\u00add', 'a\\u200bb\\ufeffc\\u00add'],
    ['tags', 'a\u{e0041}', 'a\\udb40\\udc41'],
    ['a line separator', 'a\u2028b', 'a\\u2028b'],
    ['half of a surrogate pair', 'a\ud800', 'a\\ud800'],
    ['a carriage return alone', 'good\rbad', 'good\\u000dbad'],
  ])('shows %s, and a terminal does not obey it', (_name, text, shown) => {
    expect(visible(text)).toBe(shown);
    expect(visibleLines(text)).toBe(shown);
  });

  it('is one line as a name, and keeps its lines and tabs otherwise', () => {
    expect(visible('a\nb\tc\r\n')).toBe('a\\u000ab\\u0009c\\u000d\\u000a');
    expect(visibleLines('a\nb\tc\r\n')).toBe('a\nb\tc\r\n');
  });

  it('is otherwise as it is, in any script', () => {
    const text =
      'caf\u00e9 \u05e9\u05dc\u05d5\u05dd \u{1f469}\u200d\u{1f680} \u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645 \u4f60\u597d';
    expect(visible(text)).toBe(text);
    expect(visibleLines(text)).toBe(text);
  });

  it('is the same value in JSON', () => {
    const value = { 'a\u202e': ['\u009b2J', '\u2028', '\u{e0041}', '\u001b', '\n'] };
    const json = visibleLines(`${JSON.stringify(value)}\n`);
    expect(json).not.toMatch(/[\u202e\u009b\u2028]/);
    expect(JSON.parse(json)).toEqual(value);
  });
});
