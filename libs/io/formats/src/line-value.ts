import { isUtf8 } from 'node:buffer';
import { deepestJson, type FailureClass, isTooDeepJson, type RecordProblem } from '@proofmill/contract';
import { jsonFault } from './json-fault.ts';

/** The depth of lines up to this size is not checked: they cannot hold enough brackets to fill the memory. */
const harmlessBytes = 64 * 1024;

type Problem = { readonly problem: RecordProblem };
const problem = (failureClass: FailureClass, message: string): Problem => ({
  problem: { class: failureClass, message },
});
const tooDeep = problem('too-deep', `nested deeper than ${deepestJson} levels`);

const isBigInteger = (value: unknown): boolean => Number.isInteger(value) && !Number.isSafeInteger(value);

/** Looks at every value level by level, so that no nesting can exhaust the stack. */
function faultIn(top: unknown, mayHaveEscapes: boolean): Problem | 'big-integers' | null {
  let hasBigIntegers = false;
  const isText = (text: string) => !mayHaveEscapes || text.isWellFormed();
  const notText = problem('not-text', 'half of a surrogate pair (\\ud800 to \\udfff), which is no character');
  let level: unknown[] = [top];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > deepestJson) return tooDeep;
    const next: unknown[] = [];
    for (const value of level) {
      if (typeof value === 'string') {
        if (!isText(value)) return notText;
      } else if (typeof value === 'number') {
        hasBigIntegers ||= isBigInteger(value);
      } else if (Array.isArray(value)) {
        for (const inner of value) next.push(inner);
      } else if (value !== null && typeof value === 'object') {
        for (const [key, inner] of Object.entries(value)) {
          if (key === '__proto__' || key === 'constructor') {
            return problem('forbidden-key', `a field is named ${key}, which could change what an object is`);
          }
          if (!isText(key)) return notText;
          next.push(inner);
        }
      }
    }
    level = next;
  }
  return hasBigIntegers ? 'big-integers' : null;
}

function withDigits(_key: string, value: unknown, context?: { source?: string }): unknown {
  const source = context?.source;
  return isBigInteger(value) && source !== undefined && /^-?\d+$/.test(source) ? source : value;
}

/**
 * The object that a line holds, a problem, or null for a blank line. An integer beyond 2^53 becomes a string of its digits:
 * as a number it would lose digits, and it may be an id. If a name occurs twice, its last value counts, as in JavaScript
 * and Python.
 */
export function lineValue(line: Buffer): { readonly value: object } | Problem | null {
  if (!isUtf8(line)) return problem('not-utf8', 'the line is not valid UTF-8');
  const text = line.toString('utf8');
  if (line.length > harmlessBytes && isTooDeepJson(text)) return tooDeep;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    if (/^[ \t\r]*$/.test(text)) return null;
    const { what, column } = jsonFault(text);
    return problem('not-json', `not JSON at column ${column}: ${what}`);
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    const kind = value === null ? 'null' : Array.isArray(value) ? 'an array' : `a ${typeof value}`;
    return problem('not-an-object', `the line holds ${kind}; one JSON object a line is wanted`);
  }
  const fault = faultIn(value, text.includes('\\u'));
  if (fault === 'big-integers') return { value: JSON.parse(text, withDigits) };
  return fault ?? { value };
}
