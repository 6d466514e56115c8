import type { RawRecord } from '@proofmill/contract';
import { recordValue } from './record-value.ts';

/** One line of a file, without its end (`\n` or `\r\n`). For a line beyond the limit, `text` is only its beginning. */
interface Line {
  readonly line: number;
  readonly bytes: number;
  readonly text: Buffer;
}

const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

/** Cuts the content into lines, a group for each piece that ends a line. A line beyond `maxBytes` is skipped, not held. */
async function* linesOf(content: AsyncIterable<Buffer>, maxBytes: number): AsyncGenerator<Line[]> {
  const position = { line: 0, heldBytes: 0 };
  let held: Buffer[] = [];

  function hold(part: Buffer): void {
    if (part.length === 0) return;
    position.heldBytes += part.length;
    // The carriage return and the byte order mark do not count, hence a little more than the limit is held.
    if (position.heldBytes <= maxBytes + 4 || held.length === 0) held.push(part);
    else held = held.slice(0, 1);
  }

  function take(last: Buffer): Line {
    hold(last);
    let bytes = position.heldBytes;
    let text = held.length === 1 && held[0] ? held[0] : Buffer.concat(held);
    const isWhole = text.length === bytes;
    if (isWhole && text.at(-1) === 0x0d) text = text.subarray(0, -1);
    if (position.line === 0 && text.subarray(0, 3).equals(byteOrderMark)) text = text.subarray(3);
    if (isWhole) bytes = text.length;
    held = [];
    position.heldBytes = 0;
    position.line += 1;
    return { line: position.line, bytes, text };
  }

  for await (const piece of content) {
    const lines: Line[] = [];
    let start = 0;
    for (let end = piece.indexOf(10); end !== -1; end = piece.indexOf(10, start)) {
      lines.push(take(piece.subarray(start, end)));
      start = end + 1;
    }
    hold(piece.subarray(start));
    if (lines.length > 0) yield lines;
  }
  if (position.heldBytes > 0) yield [take(Buffer.alloc(0))];
}

/** The records of a text with one JSON value a line. Blank lines count, and give no record. One line is held. */
export async function* recordsOfLines(content: AsyncIterable<Buffer>, maxBytes: number): AsyncGenerator<RawRecord[]> {
  for await (const lines of linesOf(content, maxBytes)) {
    const records: RawRecord[] = [];
    for (const { line, bytes, text } of lines) {
      if (bytes > maxBytes) {
        const message = `the line has ${bytes} bytes, and ${maxBytes} are the most`;
        records.push({ line, bytes, problem: { class: 'too-large', message } });
        continue;
      }
      const read = recordValue(text);
      if (read === null) continue;
      records.push('value' in read ? { line, bytes, ...read } : { line, bytes, problem: read.problem });
    }
    if (records.length > 0) yield records;
  }
}
