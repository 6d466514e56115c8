import type { ParseRule } from '@proofmill/contract';
import { type Found, notFound } from './found.ts';
import { verdictOf } from './verdict-words.ts';

type BoxedRule = Extract<ParseRule, { rule: 'boxed' }>;

const OPEN = '\\boxed{';
/** Commands that change how the content of a box looks and not what it says. */
const STYLES = ['\\text{', '\\textbf{', '\\mathrm{', '\\mathbf{'];

/** The verdict word in the last `\boxed{..}`: a judge may think aloud with boxes, and the last one is its answer. */
export function findBoxed(visible: string, { verdicts }: BoxedRule): Found {
  const box = lastBox(visible);
  if (!box) return notFound(visible.length);
  const nothing = notFound(box.start);
  const judgment = verdictOf(box.content, verdicts);
  return judgment ? { ...nothing, judgment, verdict: { at: box.at, words: verdicts } } : nothing;
}

interface Box {
  /** Without white space and one `\text{..}` around it. */
  readonly content: string;
  /** Where the content begins. */
  readonly at: number;
  /** Where the box begins. */
  readonly start: number;
}

/** The last `\boxed{..}` of a text. Null where there is none or where it is not closed: an earlier one never stands for it. */
export function lastBox(text: string): Box | null {
  const start = text.lastIndexOf(OPEN);
  if (start < 0) return null;
  const end = closingBrace(text, start + OPEN.length);
  if (end < 0) return null;
  const outer = trimmed(text, start + OPEN.length, end);
  const style = STYLES.find((command) => outer.content.startsWith(command));
  const inside = style === undefined ? outer : textWithin(text, outer.at + style.length, outer);
  return { ...inside, start };
}

/** What a style command encloses, or the box's content as it was where the command does not enclose all of it. */
function textWithin(text: string, from: number, outer: Omit<Box, 'start'>): Omit<Box, 'start'> {
  const end = closingBrace(text, from);
  return end === outer.at + outer.content.length - 1 ? trimmed(text, from, end) : outer;
}

function trimmed(text: string, from: number, to: number): Omit<Box, 'start'> {
  const inner = text.slice(from, to);
  return { content: inner.trim(), at: from + inner.length - inner.trimStart().length };
}

/** The brace that closes a group whose content begins at `from`; -1 where none does. `\{` and `\}` are text. */
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
