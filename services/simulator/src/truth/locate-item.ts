/** Finds a known item in a prompt without known marks: its question, then two of its responses, anywhere in the text. */
import type { KnownItem } from './known-item.ts';

/** A piece of a text. */
interface Span {
  readonly start: number;
  readonly end: number;
}

/** The places of an item's texts. `first` and `second` are responses in the order of the text. */
export interface LocatedItem {
  readonly item: KnownItem;
  readonly question: Span;
  readonly first: Span;
  readonly second: Span;
}

/** Length of the beginning of a question that is looked up; the rest is compared. */
const anchorCharacters = 24;

/** Tries every beginning of a word. Takes about a millisecond for 10,000 characters, however many items there are. */
export function createItemLocator(items: readonly KnownItem[]): (text: string) => LocatedItem | null {
  const byAnchor = itemsByAnchor(items);
  return (text) => {
    for (const { index: start } of text.matchAll(/(?<![\p{L}\p{N}_])\S/gu)) {
      for (const [length, itemsOfLength] of byAnchor) {
        for (const item of itemsOfLength.get(text.slice(start, start + length)) ?? []) {
          if (!text.startsWith(item.question, start)) continue;
          const question = { start, end: start + item.question.length };
          const [first, second] = twoResponses(item.responses, text, question.end);
          if (first && second) return { item, question, first, second };
        }
      }
    }
    return null;
  };
}

/** Items by the length of their anchor, then by the anchor. */
function itemsByAnchor(items: readonly KnownItem[]): Map<number, Map<string, KnownItem[]>> {
  const byLength = new Map<number, Map<string, KnownItem[]>>();
  for (const item of items) {
    const anchor = item.question.slice(0, anchorCharacters);
    if (anchor === '') continue;
    const itemsOfLength = byLength.get(anchor.length) ?? new Map<string, KnownItem[]>();
    byLength.set(anchor.length, itemsOfLength);
    const group = itemsOfLength.get(anchor);
    if (group) group.push(item);
    else itemsOfLength.set(anchor, [item]);
  }
  return byLength;
}

/**
 * Places of two responses after the question that do not overlap. Long responses are placed first, since a short one may be
 * part of them. A first pass wants whole lines or texts after a colon, since "4" may appear in any sentence.
 */
function twoResponses(responses: readonly string[], text: string, from: number): Span[] {
  const longestFirst = responses.toSorted((left, right) => right.length - left.length);
  for (const isWanted of [isDelimited, () => true]) {
    const found: Span[] = [];
    for (const response of longestFirst) {
      if (found.length === 2) break;
      const span = response === '' ? null : freePlace(response, text, from, found, isWanted);
      if (span) found.push(span);
    }
    if (found.length === 2) return found.sort((left, right) => left.start - right.start);
  }
  return [];
}

function freePlace(
  response: string,
  text: string,
  from: number,
  taken: readonly Span[],
  isWanted: (text: string, span: Span) => boolean,
): Span | null {
  for (let start = text.indexOf(response, from); start !== -1; start = text.indexOf(response, start + 1)) {
    const span = { start, end: start + response.length };
    const isFree = taken.every((takenSpan) => span.end <= takenSpan.start || span.start >= takenSpan.end);
    if (isFree && isWanted(text, span)) return span;
  }
  return null;
}

/** Whether a span begins a line or follows a mark, and ends likewise. */
const isDelimited = (text: string, { start, end }: Span): boolean =>
  /(?:^|[\n:>\]"'`])[ \t]*$/.test(text.slice(Math.max(0, start - 8), start)) &&
  /^[ \t]*(?:$|[\n<["'`])/.test(text.slice(end, end + 8));
