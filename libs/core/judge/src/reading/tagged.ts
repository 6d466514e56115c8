import type { ParseRule } from '@proofmill/contract';
import { type Found, notFound } from './found.ts';
import { type Verdict, type Verdicts, verdictOf } from './verdict-words.ts';

type TaggedRule = Extract<ParseRule, { rule: 'tagged' }>;

/**
 * The verdict in the last `<tag>..</tag>`, or else after an unclosed `<tag>` at the end, which is what remains if the closing tag
 * is a stop string. The word must be exactly a verdict word.
 */
export function findTagged(visible: string, { tag, verdicts }: TaggedRule): Found {
  const open = `<${tag}>`;
  const end = visible.lastIndexOf(`</${tag}>`);
  const start = end < 0 ? -1 : visible.lastIndexOf(open, end);
  const last = visible.lastIndexOf(open);
  const word =
    (start < 0 ? null : wordIn(visible, start + open.length, end, verdicts)) ??
    (last > end ? wordIn(visible, last + open.length, visible.length, verdicts) : null);

  const first = visible.indexOf(open);
  const nothing = notFound(first < 0 ? visible.length : first);
  return word ? { ...nothing, judgment: word.judgment, verdict: { at: word.at, words: verdicts } } : nothing;
}

function wordIn(text: string, from: number, to: number, verdicts: Verdicts): { judgment: Verdict; at: number } | null {
  const inner = text.slice(from, to);
  const judgment = verdictOf(inner, verdicts);
  return judgment && { judgment, at: from + inner.length - inner.trimStart().length };
}
