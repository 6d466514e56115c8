import { isUtf8 } from 'node:buffer';
import {
  deepestJson,
  type FailureClass,
  isTooDeepJson,
  type RecordProblem,
  visible,
  type AsWritten,
} from '@proofmill/contract';
import { blankStart } from '../blank.ts';
import { faultless } from '../faultless.ts';
import { notFinite, tooDeep } from '../unreadables.ts';
import { type JsonFault, lookAtJson } from './fault.ts';
import { withoutDepth } from './without-depth.ts';
import { NumbersAsWritten } from './written.ts';

/** The depth of texts up to this size is not checked ahead of the parser: they cannot hold enough brackets to fill the memory. */
const harmlessBytes = 64 * 1024;

export type RecordValue =
  | { readonly value: object; readonly written?: AsWritten }
  | { readonly problem: RecordProblem; readonly fault?: JsonFault };

const problem = (failureClass: FailureClass, message: string): RecordValue => ({
  problem: { class: failureClass, message },
});

const shownCharacters = 24;

/** Says where in a text something is: its line, where it has several, the column, and the text around it. */
function placeIn(text: string, at: number, firstLine: number | null): string {
  const lineStart = text.lastIndexOf('\n', at - 1) + 1;
  const column = `column ${at - lineStart + 1}`;
  const line = firstLine === null ? '' : `line ${firstLine + (text.slice(0, lineStart).split('\n').length - 1)}, `;
  const around = text.slice(Math.max(0, at - shownCharacters), at + shownCharacters).toWellFormed();
  return `${line}${column} (${visible(around.trim())})`;
}

function isBigInteger(value: unknown): boolean {
  return Number.isInteger(value) && !Number.isSafeInteger(value);
}

function withDigits(_key: string, value: unknown, context?: { source?: string }): unknown {
  const source = context?.source;
  return isBigInteger(value) && source !== undefined && /^-?\d+$/.test(source) ? source : value;
}

/** A text that is not in `text`, to stand in it for something else. */
function strangerTo(text: string): string {
  let stranger = 'unreadable';
  while (text.includes(stranger)) stranger += '!';
  return stranger;
}

/** The text with NaN and infinities replaced by a string, or the fault that makes it no JSON even so. */
function withoutInfinities(text: string, stranger: string): string | JsonFault {
  const { fault, notFinite } = lookAtJson(text);
  if (fault !== null) return fault;
  let repaired = '';
  let from = 0;
  for (const [start, end] of notFinite) {
    repaired += `${text.slice(from, start)}"${stranger}"`;
    from = end;
  }
  return repaired + text.slice(from);
}

interface Parsed {
  readonly value: unknown;
  /** What the text was parsed as, and the strings in it that stand for parts of the original. */
  readonly text: string;
  readonly standIns: ReadonlyMap<string, ReturnType<typeof tooDeep>>;
}

/** Parses what JSON.parse takes, and what it would take but for NaN, infinities and depth. */
function parse(original: string): Parsed | JsonFault {
  const standIns = new Map<string, ReturnType<typeof tooDeep>>();
  let text = original;
  if (text.length > harmlessBytes && isTooDeepJson(text)) {
    const stranger = `${strangerTo(text)}?`;
    standIns.set(stranger, tooDeep());
    text = withoutDepth(text, deepestJson, `"${stranger}"`);
  }
  try {
    return { value: JSON.parse(text), text, standIns };
  } catch {
    const stranger = `${strangerTo(text)}.`;
    const repaired = withoutInfinities(text, stranger);
    if (typeof repaired !== 'string') return repaired;
    standIns.set(stranger, notFinite());
    return { value: JSON.parse(repaired), text: repaired, standIns };
  }
}

const kindOf = (value: unknown): string => {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : `a ${typeof value === 'string' ? 'text' : typeof value}`;
};

/**
 * The object that `bytes` hold, or why they hold none; null where they are blank. `firstLine` is given where the value may have several
 * lines: messages then say the line.
 *
 * A value inside of it that cannot be read costs only itself: NaN and infinities, which JSON cannot say, halves of surrogate pairs, bytes
 * that are not UTF-8, and what is nested too deep become an Unreadable in their place. An integer beyond 2^53 becomes a string of its
 * digits: as a number it would lose some, and it may be an id. If a name occurs twice, its last value counts, as in JavaScript and
 * Python. Byte order marks ahead of the value are skipped, and a text that holds an object as JSON is read as that object.
 */
export function recordValue(bytes: Buffer, firstLine: number | null = null): RecordValue | null {
  const isText = isUtf8(bytes);
  const whole = bytes.toString('utf8');
  const text = whole.replace(blankStart, '');
  if (text === '') return null;
  let parsed = parse(text);
  if ('what' in parsed) {
    const message = `not JSON at ${placeIn(text, parsed.at, firstLine)}: ${parsed.what}`;
    if (!isText) return problem('not-utf8', `not UTF-8, and not JSON even without the bytes that are none: ${message}`);
    return {
      problem: { class: 'not-json', message },
      fault: { ...parsed, at: parsed.at + whole.length - text.length },
    };
  }
  if (typeof parsed.value === 'string' && /^\s*\{/.test(parsed.value)) {
    const inner = parse(parsed.value);
    if (!('what' in inner)) parsed = inner;
  }
  const { value } = parsed;
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    return problem('not-an-object', `it is ${kindOf(value)}, where a record is an object with fields: {"prompt": ..}`);
  }
  const options = { mayHaveHalves: parsed.text.includes('\\u'), isText, standIns: parsed.standIns };
  const { hasNumbers, hasBigIntegers } = faultless(value, options);
  if (!hasNumbers) return { value };
  const written = new NumbersAsWritten(parsed.text);
  if (!hasBigIntegers) return { value, written };
  const exact = JSON.parse(parsed.text, withDigits) as object;
  faultless(exact, options);
  return { value: exact, written };
}
