import type { ParseRule } from '@proofmill/contract';
import { type Found, notFound } from './found.ts';
import { verdictOf } from './verdict-words.ts';

type PlainRule = Extract<ParseRule, { rule: 'plain' }>;

/** The whole visible answer must be the verdict word. */
export function findPlain(visible: string, { verdicts }: PlainRule): Found {
  const judgment = verdictOf(visible, verdicts);
  if (!judgment) return notFound(visible.length);
  const at = visible.length - visible.trimStart().length;
  return { ...notFound(0), judgment, verdict: { at, words: verdicts } };
}
