import { describe, expect, it } from 'vitest';
import { jsonFault } from './json-fault.ts';

describe('why a text is not JSON', () => {
  it.each([
    ['{"a": NaN}', 7, 'a value is wanted: N'],
    ['{"a":1', 7, ', or } is wanted: the line ends'],
    ['{"a":[1', 8, ', or ] is wanted: the line ends'],
    ['{"a":1 "b":2}', 8, ', or } is wanted: "'],
    ['{"a":"\u0000"}', 7, 'a raw control character (code 0) in a string'],
    ["{'a':1}", 2, "a name in double quotes is wanted: '"],
    ['{"a":1}x', 8, 'something follows the value: x'],
    ['{"a":1,}', 8, 'a name in double quotes is wanted: }'],
    ['[1,]', 4, 'a value is wanted: ]'],
    ['{"a":01}', 7, ', or } is wanted: 1'],
    ['{"a":"\\x"}', 7, 'a bad escape in a string'],
    ['{"a":"b', 8, 'the line ends inside a string'],
    ['{"a" 1}', 6, ': is wanted: 1'],
    ['{"a":nul}', 6, 'a value is wanted: n'],
    ['{"a":truex}', 6, 'a value is wanted: t'],
    ['\ufeff{}', 1, 'a value is wanted: a character of code 65279'],
    ['', 1, 'a value is wanted: the line ends'],
  ])('%j: column %i', (text, column, what) => {
    expect(() => JSON.parse(text)).toThrow(SyntaxError);
    expect(jsonFault(text)).toEqual({ what, column });
  });

  it('finds a fault in every text that JSON.parse refuses', () => {
    const valid = '{"a": [1.5e3, -0, {"b\\u00e9\\n": null}, true, "x"], "c": {}, "d": []}';
    for (let at = 0; at < valid.length; at += 1) {
      for (const sign of ['', '"', '\\', ',', ':', '{', ']', '}', '0', '-', 'e', 'n', '\u0001', '.']) {
        const text = valid.slice(0, at) + sign + valid.slice(at + 1);
        try {
          JSON.parse(text);
        } catch {
          const { column } = jsonFault(text);
          expect(column, text).toBeGreaterThanOrEqual(1);
          expect(column, text).toBeLessThanOrEqual(text.length + 1);
        }
      }
    }
  });
});
