/** A place in the bytes of a JSON text that arrives in pieces. */

const openBrace = 0x7b;
const openBracket = 0x5b;
const closeBrace = 0x7d;
const closeBracket = 0x5d;
const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const lineFeed = 0x0a;

/** White space of JSON, and the byte order marks that stand where files were joined. */
const isSpace = (byte: number): boolean =>
  byte === 0x20 ||
  byte === lineFeed ||
  byte === 0x0d ||
  byte === 0x09 ||
  byte === 0xef ||
  byte === 0xbb ||
  byte === 0xbf;

/** The bytes of one value, or its beginning. */
export interface JsonValue {
  readonly text: Buffer;
  /** The line on which it begins, from 1. */
  readonly line: number;
  /** How it ends: here, with the content, or further on, since it is longer than was wanted. */
  readonly ends: 'here' | 'cut' | 'later';
  readonly end: ValueEnd;
}

export class JsonCursor {
  readonly #pieces: AsyncIterator<Buffer>;
  #piece: Buffer = Buffer.alloc(0);
  #at = 0;
  #line = 1;

  constructor(content: AsyncIterable<Buffer>) {
    this.#pieces = content[Symbol.asyncIterator]();
  }

  get line(): number {
    return this.#line;
  }

  async #more(): Promise<boolean> {
    const { value, done } = await this.#pieces.next();
    if (done) return false;
    this.#piece = value;
    this.#at = 0;
    return true;
  }

  /** Skips white space, and what is in `also`; gives the byte that follows, without taking it, or -1 at the end. */
  async next(also = -1): Promise<number> {
    for (;;) {
      for (; this.#at < this.#piece.length; this.#at += 1) {
        const byte = this.#piece[this.#at] ?? 0;
        if (byte === lineFeed) this.#line += 1;
        else if (byte !== also && !isSpace(byte)) return byte;
      }
      if (!(await this.#more())) return -1;
    }
  }

  /** Ends the reading of the content. */
  async close(): Promise<void> {
    await this.#pieces.return?.();
  }

  /** Takes the byte that `next` has found. */
  take(): void {
    this.#at += 1;
  }

  /** Puts bytes back that were taken last: they come again. */
  putBack(bytes: Buffer, line: number): void {
    this.#piece = Buffer.concat([bytes, this.#piece.subarray(this.#at)]);
    this.#at = 0;
    this.#line = line;
  }

  /**
   * Takes one value, which begins here. Brackets and quotes alone say where it ends, so it may be no JSON inside. Of a value of more than
   * `maxBytes` it takes somewhat more than these.
   */
  async value(maxBytes: number): Promise<JsonValue> {
    const line = this.#line;
    const end = new ValueEnd();
    const held: Buffer[] = [];
    let bytes = 0;
    let ends: JsonValue['ends'] | null = null;
    while (ends === null) {
      const { part, isEnd } = this.#takePart(end);
      held.push(part);
      bytes += part.length;
      if (isEnd) ends = 'here';
      else if (bytes > maxBytes) ends = 'later';
      else if (!(await this.#more())) ends = end.mayEndHere ? 'here' : 'cut';
    }
    const text = held.length === 1 && held[0] ? held[0] : Buffer.concat(held);
    return { text, line, ends, end };
  }

  /** Skips what is left of a value that ends later, and gives its whole size. */
  async skipRest({ text, end }: JsonValue): Promise<number> {
    let bytes = text.length;
    while (await this.#more()) {
      const { part, isEnd } = this.#takePart(end);
      bytes += part.length;
      if (isEnd) break;
    }
    return bytes;
  }

  /** Takes what the piece has of a value. */
  #takePart(end: ValueEnd): { part: Buffer; isEnd: boolean } {
    const stop = end.find(this.#piece, this.#at);
    const part = this.#piece.subarray(this.#at, stop === -1 ? this.#piece.length : stop);
    for (let feed = part.indexOf(lineFeed); feed !== -1; feed = part.indexOf(lineFeed, feed + 1)) this.#line += 1;
    this.#at += part.length;
    return { part, isEnd: stop !== -1 };
  }
}

/** Finds the end of a value in pieces: the bracket that closes it, the quote of a string, or what follows a number or word. */
export class ValueEnd {
  #depth = 0;
  #isInString = false;
  #isEscaped = false;
  #isWord = false;

  /** Whether the end of the content may be the end of the value. */
  get mayEndHere(): boolean {
    return this.#isWord && this.#depth === 0;
  }

  find(piece: Buffer, from: number): number {
    for (let at = from; at < piece.length; at += 1) {
      if (this.#isInString) {
        at = this.#stringEnd(piece, at);
        if (at === -1) return -1;
        this.#isInString = false;
        if (this.#depth === 0) return at + 1;
        continue;
      }
      const byte = piece[at] ?? 0;
      if (byte === quote) {
        if (this.#isWord && this.#depth === 0) return at;
        this.#isInString = true;
      } else if (byte === openBrace || byte === openBracket) {
        if (this.#isWord && this.#depth === 0) return at;
        this.#depth += 1;
      } else if (byte === closeBrace || byte === closeBracket) {
        // Of what is around the value.
        if (this.#depth === 0) return at;
        this.#depth -= 1;
        if (this.#depth === 0) return at + 1;
      } else if (this.#depth === 0) {
        if (byte === comma || isSpace(byte)) return at;
        this.#isWord = true;
      }
    }
    return -1;
  }

  /** Position of the quote that ends the string which `at` is in; -1 where it is in a later piece. */
  #stringEnd(piece: Buffer, from: number): number {
    let start = from;
    if (this.#isEscaped) {
      this.#isEscaped = false;
      start += 1;
    }
    for (;;) {
      const end = piece.indexOf(quote, start);
      const stop = end === -1 ? piece.length : end;
      let slashes = 0;
      while (stop - slashes > start && piece[stop - 1 - slashes] === backslash) slashes += 1;
      const isEscaped = slashes % 2 === 1;
      if (end === -1) {
        this.#isEscaped = isEscaped;
        return -1;
      }
      if (!isEscaped) return end;
      start = end + 1;
    }
  }
}
