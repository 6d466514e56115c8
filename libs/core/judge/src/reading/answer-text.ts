import type { ChatChoice } from '@proofmill/contract';

const OPEN = '<think>';
const CLOSE = '</think>';

/** An answer, cut into what the judge thought and what it says. */
interface AnswerText {
  /** What it says: the end of the content, from `offset` on. */
  readonly visible: string;
  readonly offset: number;
  /** What it thought, wherever the server put it; null where nothing is marked as that. */
  readonly reasoning: string | null;
  /** The reasoning was begun and not ended: the model never came to its answer. */
  readonly unfinished: boolean;
}

/**
 * The reasoning ends at the last `</think>`, since a judge quotes responses while it thinks, and they may hold one. The opening
 * tag is missing where the chat template wrote it. A server's reasoning parser cuts at the first `</think>` instead: the rest of
 * a reasoning that quotes one is then in the content, and is cut off here.
 */
export function answerText({ content, reasoning }: ChatChoice): AnswerText {
  const end = content.lastIndexOf(CLOSE);
  const offset = end < 0 ? 0 : end + CLOSE.length;
  return {
    visible: content.slice(offset),
    offset,
    reasoning: reasoning.trim() === '' ? thoughtBefore(content, end) : reasoning.trim(),
    unfinished: end < 0 && content.trimStart().startsWith(OPEN),
  };
}

function thoughtBefore(content: string, end: number): string | null {
  if (end < 0) return null;
  const start = content.indexOf(OPEN);
  return content.slice(start >= 0 && start < end ? start + OPEN.length : 0, end).trim();
}

/** The rationale of an answer whose visible part gives its verdict at `reasonsEnd`. */
export const rationaleOf = ({ reasoning, visible }: AnswerText, reasonsEnd: number): string =>
  reasoning ?? visible.slice(0, reasonsEnd).replace(OPEN, '').trim();
