/** One line of a file, without its end (`\n` or `\r\n`). For a line beyond the limit, `text` is only its beginning. */
export interface Line {
  readonly line: number;
  readonly bytes: number;
  readonly text: Buffer;
}

/** How far the reading has come: the last complete line, and how many bytes of the next. */
export interface Position {
  line: number;
  heldBytes: number;
}

const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

/** Cuts the content into lines, a group for each piece that ends a line. A line beyond `maxBytes` is skipped, not held. */
export async function* linesOf(
  content: AsyncIterable<Buffer>,
  maxBytes: number,
  position: Position,
): AsyncGenerator<Line[]> {
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
