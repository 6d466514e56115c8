import type { ChatChoice } from '@proofmill/contract';

const openTag = '<think>';
const closeTag = '</think>';

/** An answer, split into the judge's reasoning and what it says. */
interface AnswerText {
  /** What it says: the content from `offset` on. */
  readonly visible: string;
  readonly offset: number;
  /** Its reasoning, wherever the server put it. Null if none is marked. */
  readonly reasoning: string | null;
  /** The reasoning starts and does not end: the model never reached its answer. */
  readonly unfinished: boolean;
}

/**
 * The reasoning ends at the last `</think>`, because a judge quotes responses while it thinks, and a response may contain one. The
 * opening tag is missing if the chat template wrote it. A server's reasoning parser cuts at the first `</think>` instead: the rest
 * of a reasoning that quotes one is then in the content, and is removed here.
 */
export function answerText({ content, reasoning }: ChatChoice): AnswerText {
  const end = content.lastIndexOf(closeTag);
  const offset = end < 0 ? 0 : end + closeTag.length;
  return {
    visible: content.slice(offset),
    offset,
    reasoning: reasoning.trim() === '' ? thoughtBefore(content, end) : reasoning.trim(),
    unfinished: end < 0 && content.trimStart().startsWith(openTag),
  };
}

function thoughtBefore(content: string, end: number): string | null {
  if (end < 0) return null;
  const start = content.indexOf(openTag);
  return content.slice(start >= 0 && start < end ? start + openTag.length : 0, end).trim();
}

/** The rationale of an answer whose visible reasons end at `reasonsEnd`. */
export const rationaleOf = ({ reasoning, visible }: AnswerText, reasonsEnd: number): string =>
  reasoning ?? visible.slice(0, reasonsEnd).replace(openTag, '').trim();
