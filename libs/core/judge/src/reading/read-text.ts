/**
 * Reads the text of a judge's answer. What cannot be read is `invalid`, never a vote: an answer that was cut off, a missing or
 * unknown verdict word, two conflicting verdicts. Every rule accepts arbitrary text and takes linear time, because an answer may
 * be 100 kB of text written to break it.
 */
import type { ChatChoice, Judgment } from '@proofmill/contract';
import { answerText, rationaleOf } from './answer-text.ts';
import type { Found } from './found.ts';
import { probabilityAtVerdict } from './verdict-token.ts';

export interface Reading {
  readonly judgment: Judgment;
  /** The judge's own reasoning: what it marks as such, what a reasoning parser extracted, or the text ahead of the verdict. */
  readonly rationale: string;
  /** Probability of the response shown first, at the verdict's token. Null if unknown. */
  readonly probability: number | null;
  /** The scores the judge wrote, in the order shown. */
  readonly scores: readonly [number, number] | null;
}

/** `whileThinking`: whether a verdict counts in an answer that never ends its thinking. */
export function readText(choice: ChatChoice, find: (visible: string) => Found, whileThinking: boolean): Reading {
  const text = answerText(choice);
  const { judgment, reasonsEnd, verdict, scores } = find(text.visible);
  const rationale = rationaleOf(text, reasonsEnd);
  const answered = choice.finishReason === 'stop' && (!text.unfinished || whileThinking);
  if (!answered || judgment === 'invalid') return { judgment: 'invalid', rationale, probability: null, scores: null };
  const tail = verdict && choice.content.slice(text.offset + verdict.at);
  const probability = verdict && tail !== null ? probabilityAtVerdict(choice.tokens ?? [], tail, verdict.words) : null;
  return { judgment, rationale, probability, scores };
}
