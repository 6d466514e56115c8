/** Where a text stops being JSON. `column` counts UTF-16 units from 1. */
export interface JsonFault {
  readonly what: string;
  readonly column: number;
}

const space = /[ \t\r\n]*/y;
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const literal = /(?:true|false|null)(?![A-Za-z0-9_])/y;
const escapeSequence = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

function matchAt(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : -1;
}

/** The end of the string that begins at `at`, or the fault in it. */
function stringEnd(text: string, at: number): number | JsonFault {
  for (let position = at + 1; position < text.length; position += 1) {
    const code = text.charCodeAt(position);
    if (code === 0x22) return position + 1;
    if (code < 0x20) return { what: `a raw control character (code ${code}) in a string`, column: position + 1 };
    if (code !== 0x5c) continue;
    const end = matchAt(escapeSequence, text, position);
    if (end === -1) return { what: 'a bad escape in a string', column: position + 1 };
    position = end - 1;
  }
  return { what: 'the line ends inside a string', column: text.length + 1 };
}

const ended = (text: string, at: number) => at >= text.length;
const found = (text: string, at: number): string => {
  if (ended(text, at)) return 'the line ends';
  const code = text.codePointAt(at) ?? 0;
  return code > 0x20 && code < 0x7f ? text.charAt(at) : `a character of code ${code}`;
};

/**
 * Why `text`, which JSON.parse refused, is not JSON. JSON.parse itself gives a position for some faults only, and quotes the
 * text in its message, which would put it into logs.
 */
export function jsonFault(text: string): JsonFault {
  const open: ('{' | '[')[] = [];
  let wanted: 'value' | 'first value' | 'name' | 'first name' | 'comma' = 'value';
  for (let at = 0; ; ) {
    at = matchAt(space, text, at);
    const sign = text.charAt(at);
    const fault = (what: string): JsonFault => ({ what: `${what}: ${found(text, at)}`, column: at + 1 });
    if (wanted === 'comma') {
      const inside = open.at(-1);
      if (inside === undefined) return fault('something follows the value');
      if (sign === ',') wanted = inside === '{' ? 'name' : 'value';
      else if (sign === (inside === '{' ? '}' : ']')) open.pop();
      else return fault(`, or ${inside === '{' ? '}' : ']'} is wanted`);
      at += 1;
    } else if ((wanted === 'first value' && sign === ']') || (wanted === 'first name' && sign === '}')) {
      open.pop();
      wanted = 'comma';
      at += 1;
    } else if (wanted === 'name' || wanted === 'first name') {
      if (sign !== '"') return fault('a name in double quotes is wanted');
      const end = stringEnd(text, at);
      if (typeof end !== 'number') return end;
      at = matchAt(space, text, end);
      if (text.charAt(at) !== ':') return { what: `: is wanted: ${found(text, at)}`, column: at + 1 };
      at += 1;
      wanted = 'value';
    } else if (sign === '{' || sign === '[') {
      open.push(sign);
      wanted = sign === '{' ? 'first name' : 'first value';
      at += 1;
    } else {
      const end = sign === '"' ? stringEnd(text, at) : Math.max(matchAt(number, text, at), matchAt(literal, text, at));
      if (typeof end !== 'number') return end;
      if (end === -1) return fault('a value is wanted');
      at = end;
      wanted = 'comma';
    }
  }
}
