import type { ParseRule } from '@proofmill/contract';
import { type Found, notFound } from './found.ts';
import { type Verdict, verdictOf } from './verdict-words.ts';

type MarkedRule = Extract<ParseRule, { rule: 'marked' }>;

/** Markdown's emphasis, and brackets: they change the look of a verdict, not its meaning. */
const ornaments = new Set('*_`()[]');

/**
 * The verdict word that follows a mark, alone on its line or in the next one: `[RESULT] A` of Prometheus 2 (Kim and others, EMNLP 2024,
 * arXiv 2405.01535), `**Result:** A` of Selene. A mark without a verdict word, as in a quoted format, is ignored. The last mark is
 * the exception: it introduces the final answer, so an answer with no verdict word after it is invalid.
 */
export function findMarked(visible: string, { mark, verdicts, several }: MarkedRule): Found {
  const places = markedTexts(visible, mark);
  const last = places.at(-1);
  if (last === undefined) return notFound(visible.length);
  let read: { readonly at: number; readonly judgment: Verdict } | null = null;
  let differ = false;
  for (const place of places) {
    const judgment = verdictOf(place.text, verdicts);
    differ ||= read !== null && judgment !== null && read.judgment !== judgment;
    if (judgment !== null) read = { at: place.at, judgment };
    else if (place === last) read = null;
  }
  const nothing = notFound(last.start);
  return read === null || (differ && several === 'invalid') ? nothing : foundAt(read, nothing, verdicts);
}

/** The texts after each of the marks, with where the text ahead of the mark ends. */
export function markedTexts(text: string, mark: string): { text: string; at: number; start: number }[] {
  const places = [...text.matchAll(patternOf(mark))].map(({ index, 0: found }) => ({
    index,
    end: index + found.length,
  }));
  return places.map(({ index, end }, position) => ({
    ...lineFrom(text, end, places[position + 1]?.index ?? text.length),
    start: endWithoutOrnaments(text, index),
  }));
}

const foundAt = (
  { at, judgment }: { readonly at: number; readonly judgment: Verdict },
  nothing: Found,
  words: MarkedRule['verdicts'],
): Found => ({ ...nothing, judgment, verdict: { at, words } });

/**
 * The mark in either case, with emphasis anywhere in it: `**Result**:` is `Result:`. Without the flag u, so that no other letter counts
 * as one of ASCII (U+017F would be an s). A mark that is a word does not begin within another one.
 */
function patternOf(mark: string): RegExp {
  const characters = [...mark].map((character) => character.replace(/[\\^$.*+?()[\]{}|/-]/, '\\$&'));
  const start = /^[A-Za-z0-9]/.test(mark) ? '(?<![A-Za-z0-9])' : '';
  return new RegExp(start + characters.join('[*_`]{0,3}'), 'gi');
}

/** The text after a mark, to the end of its line or of the next one that has any; without ornaments, and without a full stop. */
function lineFrom(text: string, from: number, to: number): { readonly at: number; readonly text: string } {
  let at = from;
  while (at < to && isOrnament(text[at])) at += 1;
  let end = at;
  while (end < to && text[end] !== '\n') end += 1;
  end = endWithoutOrnaments(text, end, at);
  if (end > at && text[end - 1] === '.') end = endWithoutOrnaments(text, end - 1, at);
  return { at, text: text.slice(at, end) };
}

function endWithoutOrnaments(text: string, from: number, least = 0): number {
  let end = from;
  while (end > least && isOrnament(text[end - 1])) end -= 1;
  return end;
}

const isOrnament = (character: string | undefined): boolean =>
  character !== undefined && (ornaments.has(character) || character.trim() === '');
