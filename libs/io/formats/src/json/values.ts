import type { FailureClass, RawRecord } from '@proofmill/contract';
import type { JsonCursor, JsonValue } from './cursor.ts';
import { lookAtJson } from './fault.ts';
import { recordValue } from './record-value.ts';

const openBracket = 0x5b;
const closeBracket = 0x5d;
const comma = 0x2c;
const groupRecords = 64;

const problem = (line: number, bytes: number, failureClass: FailureClass, message: string): RawRecord => ({
  line,
  bytes,
  problem: { class: failureClass, message },
});

/** What a value is among the records: itself, or a part of each that holds the record. */
type Unwrap = (record: RawRecord) => RawRecord;

/**
 * The records of a JSON text whose values span lines: the elements of lists, and objects that stand alone one after the other. The place of
 * an element is its number, from 1; that of an object is the line on which it begins. One value is held.
 *
 * A value that is no JSON costs itself. Where it reaches into what follows, since it lacks a quote or bracket, the next record begins on the
 * next line that begins as it did.
 */
export async function* recordsOfValues(cursor: JsonCursor, maxBytes: number): AsyncGenerator<RawRecord[]> {
  let element = 0;
  for (let byte = await cursor.next(comma); byte !== -1; byte = await cursor.next(comma)) {
    if (byte !== openBracket) {
      yield [await recordAt(cursor, maxBytes, null)];
      continue;
    }
    for await (const records of elementsOf(cursor, maxBytes, element)) {
      element += records.length;
      yield records;
    }
  }
}

/** The elements of the list at the cursor, numbered from `before` on. */
export async function* elementsOf(
  cursor: JsonCursor,
  maxBytes: number,
  before = 0,
  unwrap: Unwrap = (record) => record,
): AsyncGenerator<RawRecord[]> {
  const listLine = cursor.line;
  cursor.take();
  let group: RawRecord[] = [];
  let size = 0;
  for (let element = before + 1; ; element += 1) {
    const byte = await cursor.next(comma);
    if (byte === closeBracket) {
      cursor.take();
      break;
    }
    if (byte === -1) {
      const message = `the list that begins on line ${listLine} does not end: the file is cut short after element ${element - 1}`;
      group.push(problem(element, 0, 'damaged-file', message));
      break;
    }
    const record = await recordAt(cursor, maxBytes, element);
    group.push(unwrap(record));
    size += record.bytes;
    if (group.length < groupRecords && size < maxBytes) continue;
    yield group;
    group = [];
    size = 0;
  }
  if (group.length > 0) yield group;
}

/** The record at the cursor, or its problem. */
async function recordAt(cursor: JsonCursor, maxBytes: number, element: number | null): Promise<RawRecord> {
  const value = await cursor.value(maxBytes);
  const { text, line, ends } = value;
  const place = element ?? line;
  if (text.length === 0) {
    cursor.take();
    return problem(
      place,
      1,
      'not-json',
      `not JSON on line ${line}: a closing bracket is there, and no value before it`,
    );
  }
  if (text.length > maxBytes) {
    const { fault } = lookAtJson(text.toString('utf8'), { firstValueOnly: true });
    if (fault !== null && fault.isCut !== true && resume(cursor, value, fault.at)) {
      return problem(place, text.length, 'not-json', `the record on line ${line} is not JSON: ${fault.what}`);
    }
    const bytes = ends === 'later' ? await cursor.skipRest(value) : text.length;
    return problem(
      place,
      bytes,
      'too-large',
      `the record on line ${line} has ${bytes} bytes, and ${maxBytes} are the most`,
    );
  }
  const read = recordValue(text, line);
  if (read !== null && 'value' in read) return { line: place, bytes: text.length, ...read };
  const isResumed = read?.fault !== undefined && read.fault.isCut !== true && resume(cursor, value, read.fault.at);
  if (ends === 'cut' && !isResumed) {
    const message = `the record that begins on line ${line} does not end: the file is cut short, or a quote or bracket is missing`;
    return problem(place, text.length, 'damaged-file', message);
  }
  return {
    line: place,
    bytes: text.length,
    problem: read?.problem ?? { class: 'not-json', message: 'nothing is there' },
  };
}

/** Puts back what a broken value has swallowed: the lines from the next one that begins as it did. False: there is none. */
function resume(cursor: JsonCursor, { text, line }: JsonValue, faultAt: number): boolean {
  const whole = text.toString('utf8');
  const bracket = whole[0];
  if (bracket !== '{' && bracket !== '[') return false;
  const closing = bracket === '{' ? '}' : ']';
  for (
    let at = whole.indexOf('\n', Math.max(0, whole.lastIndexOf('\n', faultAt - 1)));
    at !== -1;
    at = whole.indexOf('\n', at + 1)
  ) {
    const lineText = /^[ \t]*/.exec(whole.slice(at + 1, at + 200))?.[0] ?? '';
    const sign = whole[at + 1 + lineText.length];
    const previous = whole.slice(0, at).trimEnd().at(-1);
    const follows = previous === ',' || previous === closing;
    if (sign !== bracket || !follows || !isLevel(whole, lineText)) continue;
    const lines = whole.slice(0, at + 1).split('\n').length - 1;
    cursor.putBack(text.subarray(startOfLine(text, lines)), line + lines);
    return true;
  }
  return false;
}

/** The position after so many line feeds. They are counted in bytes, since the text may hold some that are no UTF-8. */
function startOfLine(text: Buffer, lines: number): number {
  let at = -1;
  for (let line = 0; line < lines; line += 1) at = text.indexOf(0x0a, at + 1);
  return at + 1;
}

/** Whether a line that is moved in so far is on the level of the record: the fields of the record are moved in further. */
function isLevel(whole: string, indent: string): boolean {
  const second = /\n([ \t]*)\S/.exec(whole)?.[1];
  return second === undefined || indent.length < second.length || !/^[[{]\s*\n/.test(whole);
}
