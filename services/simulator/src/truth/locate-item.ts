/** Finds a known item in a prompt whose frame is not known: its question, then two of its responses, wherever they stand. */
import type { KnownItem } from './gold.ts';

/** A piece of a text. */
interface Span {
  readonly start: number;
  readonly end: number;
}

/** Where an item stands. `first` and `second` are in the order of the text. */
export interface Located {
  readonly item: KnownItem;
  readonly question: Span;
  readonly first: Span;
  readonly second: Span;
}

/** So much of a question is looked up; the rest is compared. */
const anchorCharacters = 24;

/** Looks at every beginning of a word: about a millisecond for a prompt of 10,000 characters, however many items there are. */
export function createLocate(items: readonly KnownItem[]): (text: string) => Located | null {
  const byAnchor = new Map<number, Map<string, KnownItem[]>>();
  for (const item of items) {
    const anchor = item.question.slice(0, anchorCharacters);
    if (anchor === '') continue;
    const ofLength = byAnchor.get(anchor.length) ?? new Map<string, KnownItem[]>();
    byAnchor.set(anchor.length, ofLength);
    const others = ofLength.get(anchor);
    if (others) others.push(item);
    else ofLength.set(anchor, [item]);
  }
  return (text) => {
    for (const { index: at } of text.matchAll(/(?<![\p{L}\p{N}_])\S/gu)) {
      for (const [length, ofLength] of byAnchor) {
        for (const item of ofLength.get(text.slice(at, at + length)) ?? []) {
          if (!text.startsWith(item.question, at)) continue;
          const question = { start: at, end: at + item.question.length };
          const [first, second] = twoOf(item.responses, text, question.end);
          if (first && second) return { item, question, first, second };
        }
      }
    }
    return null;
  };
}

/**
 * The places of two responses after the question, apart from each other. Long ones are looked for first, since a short one
 * may be part of them; and as whole lines or behind a colon first, since "4" may stand in any sentence.
 */
function twoOf(responses: readonly string[], text: string, from: number): Span[] {
  const longestFirst = responses.toSorted((one, other) => other.length - one.length);
  for (const isWanted of [isApart, () => true]) {
    const found: Span[] = [];
    for (const response of longestFirst) {
      if (found.length === 2) break;
      const span = response === '' ? null : place(response, text, from, found, isWanted);
      if (span) found.push(span);
    }
    if (found.length === 2) return found.sort((one, other) => one.start - other.start);
  }
  return [];
}

function place(
  response: string,
  text: string,
  from: number,
  taken: readonly Span[],
  isWanted: (text: string, span: Span) => boolean,
): Span | null {
  for (let start = text.indexOf(response, from); start !== -1; start = text.indexOf(response, start + 1)) {
    const span = { start, end: start + response.length };
    const isFree = taken.every((other) => span.end <= other.start || span.start >= other.end);
    if (isFree && isWanted(text, span)) return span;
  }
  return null;
}

const isApart = (text: string, { start, end }: Span): boolean =>
  /(?:^|[\n:>\]"'`])[ \t]*$/.test(text.slice(Math.max(0, start - 8), start)) &&
  /^[ \t]*(?:$|[\n<["'`])/.test(text.slice(end, end + 8));
