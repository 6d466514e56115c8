/**
 * Reads the text of a judge's answer. What cannot be read is `invalid`, never a vote: an answer that was cut off, none or
 * another word in the verdict's place, two verdicts that differ. Every rule is total on arbitrary text, and linear: an answer
 * may be 100 kB of text that somebody wrote to make us fail.
 */
import type { ChatChoice, Judgment } from '@proofmill/contract';
import { answerText, rationaleOf } from './answer-text.ts';
import type { Found } from './found.ts';
import { probabilityAtVerdict } from './verdict-token.ts';

export interface Reading {
  readonly judgment: Judgment;
  /** The judge's own reasoning: what it marks as that, or what a reasoning parser took out, or the text before the verdict. */
  readonly rationale: string;
  /** Of the response shown first, at the verdict's token; null where not known. */
  readonly probability: number | null;
  /** As the judge wrote them, in the order shown. */
  readonly scores: readonly [number, number] | null;
}

/** `whileThinking`: a verdict counts also in an answer that never ended its thinking. */
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
