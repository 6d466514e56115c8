import type { ParseRule } from '@proofmill/contract';
import { type Found, notFound } from './found.ts';
import { verdictOf } from './verdict-words.ts';

type BoxedRule = Extract<ParseRule, { rule: 'boxed' }>;

const boxOpening = '\\boxed{';
/** Commands that change the look of a box's content, not its meaning. */
const textStyles = ['\\text{', '\\textbf{', '\\mathrm{', '\\mathbf{'];

/** The verdict word in the last `\boxed{..}`. Earlier boxes may be part of the judge's thinking. */
export function findBoxed(visible: string, { verdicts }: BoxedRule): Found {
  const box = lastBox(visible);
  if (!box) return notFound(visible.length);
  const nothing = notFound(box.start);
  const judgment = verdictOf(box.content, verdicts);
  return judgment ? { ...nothing, judgment, verdict: { at: box.at, words: verdicts } } : nothing;
}

interface Box {
  /** Without surrounding white space and one enclosing `\text{..}`. */
  readonly content: string;
  /** Offset of the content. */
  readonly at: number;
  /** Offset of the box. */
  readonly start: number;
}

/** The last `\boxed{..}` of a text. Null if there is none or it is not closed: an earlier one never counts instead. */
export function lastBox(text: string): Box | null {
  const start = text.lastIndexOf(boxOpening);
  if (start < 0) return null;
  const end = closingBrace(text, start + boxOpening.length);
  if (end < 0) return null;
  const outer = trimmed(text, start + boxOpening.length, end);
  const style = textStyles.find((command) => outer.content.startsWith(command));
  const inside = style === undefined ? outer : textWithin(text, outer.at + style.length, outer);
  return { ...inside, start };
}

/** The text enclosed by a style command, or the box's content unchanged if the command does not enclose all of it. */
function textWithin(text: string, from: number, outer: Omit<Box, 'start'>): Omit<Box, 'start'> {
  const end = closingBrace(text, from);
  return end === outer.at + outer.content.length - 1 ? trimmed(text, from, end) : outer;
}

function trimmed(text: string, from: number, to: number): Omit<Box, 'start'> {
  const inner = text.slice(from, to);
  return { content: inner.trim(), at: from + inner.length - inner.trimStart().length };
}

/** Offset of the brace that closes a group whose content starts at `from`; -1 if none does. `\{` and `\}` are text. */
function closingBrace(text: string, from: number): number {
  let depth = 1;
  for (let index = from; index < text.length; index += 1) {
    const character = text[index];
    if (character === '\\') index += 1;
    else if (character === '{') depth += 1;
    else if (character === '}') depth -= 1;
    if (depth === 0) return index;
  }
  return -1;
}
