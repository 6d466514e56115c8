/**
 * The part of regular expressions that all engines read alike: texts, classes, groups, alternatives and counts. Anything else (looking
 * around, references, flags, names of classes) is not known here, and a pattern that holds it is null. Where engines differ, the wider
 * meaning counts: a dot is any character, `\w` is a letter of any script.
 */

/** Whether a character, given as its code point's text, is one of a class. */
export type Test = (character: string) => boolean;

export type Pattern =
  | { readonly kind: 'one'; readonly test: Test }
  | { readonly kind: 'sequence'; readonly parts: readonly Pattern[] }
  | { readonly kind: 'choice'; readonly branches: readonly Pattern[] }
  | { readonly kind: 'repeat'; readonly part: Pattern; readonly least: number; readonly most: number };

/** Thrown where a pattern holds what is not known. Never leaves this file. */
class NotKnown extends Error {}

const classes: Readonly<Record<string, Test>> = {
  d: (character) => /\p{Nd}/u.test(character),
  w: (character) => /[\p{L}\p{M}\p{N}\p{Pc}]/u.test(character),
  s: (character) => /\s/.test(character),
  D: (character) => !/[0-9]/.test(character),
  W: (character) => !/[A-Za-z0-9_]/.test(character),
  S: (character) => !/[ \t\r\n]/.test(character),
};
const controls: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', f: '\f', v: '\v' };

const any: Test = () => true;
const only =
  (wanted: string): Test =>
  (character) =>
    character === wanted;

/** The pattern of a whole answer; null where it holds something that is not known here. */
export function parseRegex(text: string): Pattern | null {
  try {
    return new Reader(text).whole();
  } catch (error) {
    if (error instanceof NotKnown) return null;
    throw error;
  }
}

class Reader {
  readonly #characters: readonly string[];
  #at = 0;

  constructor(text: string) {
    this.#characters = [...text];
  }

  whole(): Pattern {
    if (this.#next === '^') this.#at += 1;
    const pattern = this.#choice();
    if (this.#next === '$') this.#at += 1;
    if (this.#next !== undefined) throw new NotKnown();
    return pattern;
  }

  get #next(): string | undefined {
    return this.#characters[this.#at];
  }

  #take(): string {
    const character = this.#next;
    if (character === undefined) throw new NotKnown();
    this.#at += 1;
    return character;
  }

  #choice(): Pattern {
    const branches = [this.#sequence()];
    while (this.#next === '|') {
      this.#at += 1;
      branches.push(this.#sequence());
    }
    const [first] = branches;
    return first && branches.length === 1 ? first : { kind: 'choice', branches };
  }

  #sequence(): Pattern {
    const parts: Pattern[] = [];
    while (this.#next !== undefined && !'|)$'.includes(this.#next)) parts.push(this.#repeated());
    return { kind: 'sequence', parts };
  }

  #repeated(): Pattern {
    let part = this.#atom();
    for (let count = this.#count(); count !== null; count = this.#count()) {
      part = { kind: 'repeat', part, ...count };
      // Which of several matches is preferred makes no difference to whether there is one. A possessive count does.
      if (this.#next === '?') this.#at += 1;
      if (this.#next !== undefined && '*+?{'.includes(this.#next)) throw new NotKnown();
    }
    return part;
  }

  #count(): { readonly least: number; readonly most: number } | null {
    switch (this.#next) {
      case '?':
        this.#at += 1;
        return { least: 0, most: 1 };
      case '*':
        this.#at += 1;
        return { least: 0, most: Number.POSITIVE_INFINITY };
      case '+':
        this.#at += 1;
        return { least: 1, most: Number.POSITIVE_INFINITY };
      case '{':
        return this.#countInBraces();
      default:
        return null;
    }
  }

  #countInBraces(): { readonly least: number; readonly most: number } {
    const rest = this.#characters.slice(this.#at, this.#at + 16).join('');
    const [whole, least, comma, most] = /^\{(\d+)(,?)(\d*)\}/.exec(rest) ?? [];
    if (whole === undefined || (comma === '' && most !== '')) throw new NotKnown();
    this.#at += whole.length;
    const fewest = Number(least);
    if (comma === '') return { least: fewest, most: fewest };
    return { least: fewest, most: most === '' ? Number.POSITIVE_INFINITY : Number(most) };
  }

  #atom(): Pattern {
    const character = this.#take();
    switch (character) {
      case '(':
        return this.#group();
      case '[':
        return { kind: 'one', test: this.#class() };
      case '.':
        return { kind: 'one', test: any };
      case '\\':
        return { kind: 'one', test: this.#escape() };
      case '*':
      case '+':
      case '?':
      case '{':
      case '}':
      case ']':
      case '^':
        throw new NotKnown();
      default:
        return { kind: 'one', test: only(character) };
    }
  }

  #group(): Pattern {
    if (this.#next === '?') {
      this.#at += 1;
      if (this.#take() !== ':') throw new NotKnown();
    }
    const pattern = this.#choice();
    if (this.#take() !== ')') throw new NotKnown();
    return pattern;
  }

  #class(): Test {
    const isNegated = this.#next === '^';
    if (isNegated) this.#at += 1;
    const tests: Test[] = [];
    while (this.#next !== ']') {
      // "[:alpha:]", "&&" and "--" have meanings of their own in some engines.
      if (this.#next === '[' || this.#follows('&&') || this.#follows('--')) throw new NotKnown();
      tests.push(this.#member());
    }
    this.#at += 1;
    if (tests.length === 0) throw new NotKnown();
    return (character) => tests.some((test) => test(character)) !== isNegated;
  }

  #follows(text: string): boolean {
    return this.#characters.slice(this.#at, this.#at + text.length).join('') === text;
  }

  /** A character, a range of them, or a class by its letter. */
  #member(): Test {
    const from = this.#literalOrClass();
    if (typeof from !== 'string') return from;
    if (this.#next !== '-' || this.#characters[this.#at + 1] === ']') return only(from);
    this.#at += 1;
    const to = this.#literalOrClass();
    if (typeof to !== 'string') throw new NotKnown();
    const [low, high] = [codeOf(from), codeOf(to)];
    if (low > high) throw new NotKnown();
    return (character) => codeOf(character) >= low && codeOf(character) <= high;
  }

  #literalOrClass(): string | Test {
    const character = this.#take();
    return character === '\\' ? this.#escaped() : character;
  }

  #escape(): Test {
    const escaped = this.#escaped();
    return typeof escaped === 'string' ? only(escaped) : escaped;
  }

  /** What a backslash and the characters after it stand for. */
  #escaped(): string | Test {
    const character = this.#take();
    const named = classes[character] ?? controls[character];
    if (named !== undefined) return named;
    if (character === 'x') return this.#codePoint(2);
    if (character === 'u') return this.#codePoint(4);
    // Any other letter or digit stands for something else than itself.
    if (/[\p{L}\p{N}]/u.test(character)) throw new NotKnown();
    return character;
  }

  #codePoint(digits: number): string {
    const hex = this.#characters.slice(this.#at, this.#at + digits).join('');
    if (hex.length !== digits || !/^[0-9A-Fa-f]+$/.test(hex)) throw new NotKnown();
    this.#at += digits;
    return String.fromCodePoint(Number.parseInt(hex, 16));
  }
}

const codeOf = (character: string): number => character.codePointAt(0) ?? 0;
