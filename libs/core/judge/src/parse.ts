/**
 * Reads a judge's answer. What cannot be read is `invalid`, never a vote: an answer that was cut off, none or another word in
 * the verdict's place.
 */
import type { ChatChoice, Judgment, ParseRule } from '@proofmill/contract';

type TaggedRule = Extract<ParseRule, { rule: 'tagged' }>;

export interface Reading {
  readonly judgment: Judgment;
  /** The judge's own reasoning: what stands in <think>, or what a reasoning parser took out, or the text before the verdict. */
  readonly rationale: string;
}

/**
 * The verdict in the last `<tag>..</tag>` after the reasoning; else an unclosed `<tag>` at the end, as it is left when the
 * closing tag is a stop string. The word must be a verdict exactly, but for case and white space around it.
 */
export function readTagged(choice: ChatChoice, rule: TaggedRule): Reading {
  const thinkEnd = choice.content.lastIndexOf('</think>');
  const answer = thinkEnd < 0 ? choice.content : choice.content.slice(thinkEnd + '</think>'.length);
  const open = `<${rule.tag}>`;
  const close = `</${rule.tag}>`;
  const rationale = reasoningOf(choice, answer.indexOf(open) < 0 ? answer : answer.slice(0, answer.indexOf(open)));
  if (choice.finishReason !== 'stop') return { judgment: 'invalid', rationale };

  const end = answer.lastIndexOf(close);
  const start = end < 0 ? -1 : answer.lastIndexOf(open, end);
  const closed = start < 0 ? null : verdictOf(answer.slice(start + open.length, end), rule);
  if (closed) return { judgment: closed, rationale };
  const last = answer.lastIndexOf(open);
  const unclosed = last > end ? verdictOf(answer.slice(last + open.length), rule) : null;
  return { judgment: unclosed ?? 'invalid', rationale };
}

function verdictOf(word: string, rule: TaggedRule): Judgment | null {
  const wanted = word.trim().toUpperCase();
  for (const [verdict, judgment] of Object.entries(rule.verdicts))
    if (verdict.toUpperCase() === wanted) return judgment;
  return null;
}

/** The reasoning wherever a server put it. */
function reasoningOf(choice: ChatChoice, before: string): string {
  if (choice.reasoning.trim() !== '') return choice.reasoning.trim();
  const start = choice.content.indexOf('<think>');
  const end = choice.content.lastIndexOf('</think>');
  if (end >= 0) return choice.content.slice(start >= 0 && start < end ? start + '<think>'.length : 0, end).trim();
  return before.replace('<think>', '').trim();
}
