const quote = 0x22;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/** Bytes that end with a row, or a row that was left out since it is too large: its size, and how many line ends it has. */
export type Rows = { readonly bytes: Buffer } | { readonly tooLarge: number; readonly lines: number };

/** Cuts a table where rows end, so that a row beyond the limit is never held. A line end in quotes ends no row. */
export async function* wholeRows(
  content: AsyncIterable<Buffer>,
  delimiter: string,
  maxBytes: number,
): AsyncGenerator<Rows> {
  const ends = new RowEnds(delimiter.charCodeAt(0));
  let held: Buffer[] = [];
  let size = 0;
  let lines = 0;
  for await (const piece of content) {
    const { first, last } = ends.find(piece);
    if (last === -1) {
      size += piece.length;
      lines += linesIn(piece);
      if (size <= maxBytes) held.push(piece);
      else held = [];
      continue;
    }
    if (size + first <= maxBytes) {
      yield { bytes: Buffer.concat([...held, piece.subarray(0, last)]) };
    } else {
      yield { tooLarge: size + first, lines: lines + linesIn(piece.subarray(0, first)) };
      if (last > first) yield { bytes: piece.subarray(first, last) };
    }
    const open = piece.subarray(last);
    held = [open];
    size = open.length;
    lines = linesIn(open);
  }
  if (size === 0) return;
  if (size <= maxBytes) yield { bytes: Buffer.concat(held) };
  else yield { tooLarge: size, lines };
}

function linesIn(bytes: Buffer): number {
  let lines = 0;
  for (let at = bytes.indexOf(lineFeed); at !== -1; at = bytes.indexOf(lineFeed, at + 1)) lines += 1;
  return lines;
}

/** Follows quotes through the pieces of a table. A quote opens a cell only where the cell begins, as for the parser. */
class RowEnds {
  readonly #delimiter: number;
  #isInQuotes = false;
  #previous = lineFeed;

  constructor(delimiter: number) {
    this.#delimiter = delimiter;
  }

  /** The positions after the first and the last line feed that ends a row; -1 where there is none. */
  find(piece: Buffer): { first: number; last: number } {
    let first = -1;
    let last = -1;
    for (let at = 0; at < piece.length; at += 1) {
      if (this.#isInQuotes) {
        at = piece.indexOf(quote, at);
        if (at === -1) break;
        this.#isInQuotes = false;
        this.#previous = quote;
        continue;
      }
      const byte = piece[at] ?? 0;
      if (byte === quote && this.#opens()) this.#isInQuotes = true;
      else if (byte === lineFeed) {
        last = at + 1;
        if (first === -1) first = last;
      }
      this.#previous = byte === quote ? 0 : byte;
    }
    return { first, last };
  }

  /** Two quotes in a quoted cell stand for one: the second opens it again. */
  #opens(): boolean {
    const before = this.#previous;
    return (
      before === this.#delimiter ||
      before === lineFeed ||
      before === carriageReturn ||
      before === quote ||
      before === 0xbf
    );
  }
}
