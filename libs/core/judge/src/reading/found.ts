import { isScore, type Judgment } from '@proofmill/contract';
import type { Verdicts } from './verdict-words.ts';

/** What a rule found in the visible part of an answer. Offsets are relative to that part. */
export interface Found {
  readonly judgment: Judgment;
  /** Where the text ahead of the verdict ends: the rationale, if the judge marks no reasoning. */
  readonly reasonsEnd: number;
  /** Offset of the verdict, and the words it was chosen from. */
  readonly verdict: { readonly at: number; readonly words: Verdicts } | null;
  /** The scores the judge wrote, in the order shown. */
  readonly scores: readonly [number, number] | null;
}

/** The result for an answer without a readable verdict. */
export const notFound = (reasonsEnd: number): Found => ({
  judgment: 'invalid',
  reasonsEnd,
  verdict: null,
  scores: null,
});

/** Parses a plain decimal number: no exponent, no hexadecimal, nothing that is too large for a score. */
export function plainNumber(text: string): number | null {
  const trimmed = text.trim();
  if (!/^[+-]?\d+(?:\.\d+)?$/.test(trimmed)) return null;
  const value = Number(trimmed);
  return isScore(value) ? value : null;
}
