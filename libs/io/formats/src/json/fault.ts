/** Where a text stops being JSON. `at` counts UTF-16 units from 0. */
export interface JsonFault {
  readonly what: string;
  readonly at: number;
  /** The text ends inside the value. */
  readonly isCut?: true;
}

/** What a look at a text that JSON.parse refused has found. */
export interface JsonLook {
  /** Null where all that JSON lacks is a way to write NaN and infinities. */
  readonly fault: JsonFault | null;
  /** The places of NaN, Infinity and -Infinity, which Python, JavaScript and others write: start and end of each. */
  readonly notFinite: readonly (readonly [start: number, end: number])[];
  /** Where the first value ends, where it does. */
  readonly end: number;
}

const space = /[ \t\r\n]*/y;
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const literal = /(?:true|false|null)(?![A-Za-z0-9_])/y;
const notFiniteNumber = /(?:NaN|-?Infinity)(?![A-Za-z0-9_])/y;
const escapeSequence = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

function matchAt(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : -1;
}

/** End of the string that begins at `at`, or the fault in it. */
function stringEnd(text: string, at: number): number | JsonFault {
  for (let position = at + 1; position < text.length; position += 1) {
    const code = text.charCodeAt(position);
    if (code === 0x22) return position + 1;
    if (code === 0x0a) return { what: 'a text has a raw line break, or lacks its closing quote', at: position };
    if (code < 0x20) return { what: `a text has a raw control character (code ${code})`, at: position };
    if (code !== 0x5c) continue;
    const end = matchAt(escapeSequence, text, position);
    if (end === -1) {
      if (position + 6 > text.length) break;
      return { what: 'a text has a backslash that begins no escape', at: position };
    }
    position = end - 1;
  }
  return { what: 'it ends inside a text', at: text.length, isCut: true };
}

/** Mistakes with a name, by what stands where something else is wanted. */
const knownMistakes: readonly (readonly [beginning: RegExp, hint: string])[] = [
  [/'/y, "; texts stand in double quotes: this may be Python's repr, where json.dumps writes JSON"],
  [/(?:None|True|False)\b/y, '; this is a literal of Python, where json.dumps writes JSON'],
  [/\0/y, '; zero bytes are what a writer leaves that dies'],
  [/\/[/*]/y, '; JSON has no comments'],
  [/undefined\b/y, '; JSON has no undefined'],
];

function faultAt(text: string, at: number, wanted: string): JsonFault {
  if (at >= text.length) return { what: `it ends where ${wanted} is wanted`, at, isCut: true };
  const code = text.codePointAt(at) ?? 0;
  const sign = code > 0x20 && code < 0x7f ? text.charAt(at) : `a character of code ${code}`;
  const hint = knownMistakes.find(([beginning]) => matchAt(beginning, text, at) !== -1)?.[1] ?? '';
  return { what: `${wanted} is wanted, and ${sign} is there${hint}`, at };
}

/**
 * Why `text`, which JSON.parse refused, is not JSON, or how far its first value reaches with `firstValueOnly`. JSON.parse itself gives a
 * position for some faults only. `notFinite` are told apart, since the value may do without them.
 */
export function lookAtJson(text: string, { firstValueOnly = false, from = 0 } = {}): JsonLook {
  const open: ('{' | '[')[] = [];
  const notFinite: [number, number][] = [];
  let wanted: 'value' | 'first value' | 'name' | 'first name' | 'comma' = 'value';
  let end = -1;
  const found = (fault: JsonFault | null): JsonLook => ({ fault, notFinite, end });
  for (let at = from; ; ) {
    at = matchAt(space, text, at);
    const sign = text.charAt(at);
    if (wanted === 'comma') {
      const inside = open.at(-1);
      if (inside === undefined) {
        if (end === -1) end = at;
        if (firstValueOnly || at >= text.length) return found(null);
        return found({ what: 'something follows the value', at });
      }
      if (sign === ',') wanted = inside === '{' ? 'name' : 'value';
      else if (sign === (inside === '{' ? '}' : ']')) open.pop();
      else return found(faultAt(text, at, inside === '{' ? 'a comma or }' : 'a comma or ]'));
      at += 1;
    } else if ((wanted === 'first value' && sign === ']') || (wanted === 'first name' && sign === '}')) {
      open.pop();
      wanted = 'comma';
      at += 1;
    } else if (wanted === 'name' || wanted === 'first name') {
      if (sign !== '"') return found(faultAt(text, at, 'a name in double quotes'));
      const nameEnd = stringEnd(text, at);
      if (typeof nameEnd !== 'number') return found(nameEnd);
      at = matchAt(space, text, nameEnd);
      if (text.charAt(at) !== ':') return found(faultAt(text, at, 'a colon'));
      at += 1;
      wanted = 'value';
    } else if (sign === '{' || sign === '[') {
      open.push(sign);
      wanted = sign === '{' ? 'first name' : 'first value';
      at += 1;
    } else {
      const valueEnd = sign === '"' ? stringEnd(text, at) : numberOrLiteralEnd(text, at, notFinite);
      if (typeof valueEnd !== 'number') return found(valueEnd);
      if (valueEnd === -1) return found(faultAt(text, at, 'a value'));
      at = valueEnd;
      wanted = 'comma';
    }
  }
}

/** The end of a number or literal; -1 where there is none. What is not finite is noted. */
function numberOrLiteralEnd(text: string, at: number, notFinite: [number, number][]): number {
  const end = matchAt(notFiniteNumber, text, at);
  if (end !== -1) {
    notFinite.push([at, end]);
    return end;
  }
  return Math.max(matchAt(number, text, at), matchAt(literal, text, at));
}
