/**
 * Reads a judge's answer by the rule of its profile. What cannot be read is `invalid`, never a vote: an answer that was cut off,
 * none or another word in the verdict's place, two verdicts that differ. Every rule is total on arbitrary text, and linear: an
 * answer may be 100 kB of text that somebody wrote to make us fail.
 */
import type { ChatChoice, Judgment, ParseRule } from '@proofmill/contract';
import { answerText, rationaleOf } from './answer-text.ts';
import { findBoxed } from './boxed.ts';
import { findBoxedScores } from './boxed-scores.ts';
import { findBracketed } from './bracketed.ts';
import type { Found } from './found.ts';
import { findJson } from './json.ts';
import { findPlain } from './plain.ts';
import { findTagged } from './tagged.ts';
import { judgmentByProbability, probabilityByTokens } from './token-probabilities.ts';
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

/** The rules that read a verdict on two responses. */
export type VerdictRule = Exclude<ParseRule, { rule: 'proof' | 'scalar' }>;
type TextRule = Exclude<VerdictRule, { rule: 'token-probabilities' }>;

export function readAnswer(choice: ChatChoice, rule: VerdictRule): Reading {
  if (rule.rule === 'token-probabilities') {
    const probability = probabilityByTokens(choice, rule);
    const judgment = probability === null ? 'invalid' : judgmentByProbability(probability);
    return { judgment, rationale: '', probability, scores: null };
  }
  const text = answerText(choice);
  const { judgment, reasonsEnd, verdict, scores } = find(text.visible, rule);
  const rationale = rationaleOf(text, reasonsEnd);
  // A tag is asked for by its name, so a verdict in one counts also where the model forgot to end its thinking first.
  const answered = choice.finishReason === 'stop' && (!text.unfinished || rule.rule === 'tagged');
  if (!answered || judgment === 'invalid') return { judgment: 'invalid', rationale, probability: null, scores: null };
  const tail = verdict && choice.content.slice(text.offset + verdict.at);
  const probability = verdict && tail !== null ? probabilityAtVerdict(choice.tokens ?? [], tail, verdict.words) : null;
  return { judgment, rationale, probability, scores };
}

function find(visible: string, rule: TextRule): Found {
  switch (rule.rule) {
    case 'tagged':
      return findTagged(visible, rule);
    case 'bracketed':
      return findBracketed(visible, rule);
    case 'boxed':
      return findBoxed(visible, rule);
    case 'plain':
      return findPlain(visible, rule);
    case 'boxed-scores':
      return findBoxedScores(visible, rule);
    case 'json':
      return findJson(visible, rule);
  }
}
