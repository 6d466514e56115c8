/**
 * A text as it is compared with marks: NFKC, lower case, lookalikes as what they look like, one space for any white space, and no
 * character that shows nothing. The text itself is never edited.
 *
 * NFKC is taken of each character alone, and only where its form is ASCII or one character: marks are made of such.
 */
import { lookalikes } from './lookalikes.ts';

const dropped = 0;
/** Not a character (U+FFFF): the form is in `forms`, or the unit is half of a pair. */
const special = 0xffff;
const space = 0x20;

/** Calls `visit` with the folded text from a position on, one UTF-16 unit after the other, until it returns false or the text ends. */
export function visitFolded(text: string, from: number, visit: (unit: number) => boolean): void {
  const { table, forms } = theFolding();
  let last = 0;
  for (let at = from; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    const folded = table[unit] ?? dropped;
    if (folded === special) {
      const point = text.codePointAt(at) ?? unit;
      if (point > 0xffff) at += 1;
      for (const each of forms.get(point) ?? unitsAsTheyAre(point)) {
        if (!visit(each)) return;
        last = each;
      }
    } else if (folded !== dropped && (folded !== space || last !== space)) {
      if (!visit(folded)) return;
      last = folded;
    }
  }
}

/** A mark as a whole. */
export function fold(mark: string): string {
  const units: number[] = [];
  visitFolded(mark, 0, (unit) => units.push(unit) > 0);
  return String.fromCharCode(...units).trim();
}

/** Finds the units at which one of these folded units may stand in a text, and few others. */
export function expressionFor(wanted: ReadonlySet<number>): RegExp {
  const { table, forms } = theFolding();
  const units = new Set<number>();
  for (const [unit, folded] of table.entries()) if (wanted.has(folded)) units.add(unit);
  for (const [point, [first = 0]] of forms) if (wanted.has(first)) units.add(String.fromCodePoint(point).charCodeAt(0));
  const written = [...units].map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`);
  return new RegExp(`[${written.join('')}]`, 'g');
}

/** Plane 14 has tags and variation selectors, which show nothing. */
const unitsAsTheyAre = (point: number): number[] => (point >> 16 === 14 ? [] : unitsOf(String.fromCodePoint(point)));

interface Folding {
  /** UTF-16 unit -> unit, `dropped` or `special`. */
  readonly table: Uint16Array;
  /** The forms of several units, by code point. */
  readonly forms: ReadonlyMap<number, readonly number[]>;
}

let folding: Folding | null = null;

/** Made when the first text needs it: it takes some hundredths of a second. */
function theFolding(): Folding {
  folding ??= makeFolding();
  return folding;
}

/** Controls that are no white space, format characters, and what Unicode says should not be displayed. */
const unseen = /[\p{Default_Ignorable_Code_Point}\p{Cf}]|[^\P{Cc}\s]/u;
const ascii = /^[ -~]+$/;
/** Beyond the Basic Multilingual Plane: letters and digits of mathematics, enclosed letters, digits of old computers. */
const formsBeyond = [
  [0x1d400, 0x1d7ff],
  [0x1f100, 0x1f1ff],
  [0x1fbf0, 0x1fbf9],
] as const;

function makeFolding(): Folding {
  const table = new Uint16Array(0x10000);
  const forms = new Map<number, number[]>();
  for (let unit = 0; unit < special; unit += 1) {
    const form = formOf(String.fromCharCode(unit));
    table[unit] = isSurrogate(unit) || form.length > 1 ? special : form.length === 0 ? dropped : form.charCodeAt(0);
    if (form.length > 1) forms.set(unit, unitsOf(form));
  }
  for (const [first, last] of formsBeyond)
    for (let point = first; point <= last; point += 1) {
      const form = formOf(String.fromCodePoint(point));
      if (ascii.test(form)) forms.set(point, unitsOf(form));
    }
  return { table, forms };
}

/** How a character is compared: empty where it shows nothing. */
function formOf(character: string): string {
  const normal = character.normalize('NFKC');
  if (unseen.test(character) || unseen.test(normal)) return '';
  if (/^\s$/.test(normal)) return ' ';
  const short = normal.length === 1 || ascii.test(normal) ? normal : character;
  const seen = (short.length === 1 ? lookalikes.get(short.charCodeAt(0)) : undefined) ?? short;
  const lower = seen.toLowerCase();
  return lower.length === seen.length ? lower : seen;
}

const isSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdfff;

const unitsOf = (text: string): number[] => Array.from({ length: text.length }, (_, at) => text.charCodeAt(at));
