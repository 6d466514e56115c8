import { describe, expect, it } from 'vitest';
import { lookAtJson } from './fault.ts';

describe('why a text is not JSON', () => {
  it.each([
    ['{"a":1', 6, 'it ends where a comma or } is wanted'],
    ['{"a":[1', 7, 'it ends where a comma or ] is wanted'],
    ['{"a":1 "b":2}', 7, 'a comma or } is wanted, and " is there'],
    ['{"a":"\u0000"}', 6, 'a text has a raw control character (code 0)'],
    ['{"a":"x\n"}', 7, 'a text has a raw line break, or lacks its closing quote'],
    ["{'a':1}", 1, /^a name in double quotes is wanted, and ' is there; .*Python's repr/],
    ['{"a":1}x', 7, 'something follows the value'],
    ['{"a":1,}', 7, 'a name in double quotes is wanted, and } is there'],
    ['[1,]', 3, 'a value is wanted, and ] is there'],
    ['{"a":01}', 6, 'a comma or } is wanted, and 1 is there'],
    ['{"a":"\\x and more"}', 6, 'a text has a backslash that begins no escape'],
    ['{"a":"b', 7, 'it ends inside a text'],
    ['{"a" 1}', 5, 'a colon is wanted, and 1 is there'],
    ['{"a":nul}', 5, 'a value is wanted, and n is there'],
    ['{"a":truex}', 5, 'a value is wanted, and t is there'],
    ['{"a":None}', 5, /literal of Python/],
    ['\ufeff{}', 0, 'a value is wanted, and a character of code 65279 is there'],
    ['', 0, 'it ends where a value is wanted'],
  ])('%j: at %i', (text, at, what) => {
    expect(() => JSON.parse(text)).toThrow(SyntaxError);
    const { fault } = lookAtJson(text);
    expect(fault).toMatchObject({ at });
    expect(fault?.what).toMatch(what);
  });

  it('finds a fault in every text that JSON.parse refuses', () => {
    const valid = '{"a": [1.5e3, -0, {"b\\u00e9\\n": null}, true, "x"], "c": {}, "d": []}';
    for (let at = 0; at < valid.length; at += 1) {
      for (const sign of ['', '"', '\\', ',', ':', '{', ']', '}', '0', '-', 'e', 'n', '\u0001', '.']) {
        const text = valid.slice(0, at) + sign + valid.slice(at + 1);
        const { fault } = lookAtJson(text);
        if (isJson(text)) expect(fault, text).toBeNull();
        else expect(fault?.at ?? -1, text).toBeGreaterThanOrEqual(0);
      }
    }
  });

  it('tells NaN and infinities apart, which are no fault', () => {
    expect(lookAtJson('{"a":NaN,"b":[-Infinity,"NaN"]}')).toMatchObject({
      fault: null,
      notFinite: [
        [5, 8],
        [14, 23],
      ],
    });
    expect(lookAtJson('{"a":NaNa}').fault).not.toBeNull();
  });
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
