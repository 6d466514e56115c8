import type { Judgment } from '@proofmill/contract';
import type { Verdicts } from './verdict-words.ts';

/** What a rule found in the visible part of an answer. Offsets count from its beginning. */
export interface Found {
  readonly judgment: Judgment;
  /** What stands before is not the verdict: the rationale, where the judge marks no reasoning. */
  readonly reasonsEnd: number;
  /** Where the verdict is written, and the words of which it is one. */
  readonly verdict: { readonly at: number; readonly words: Verdicts } | null;
  /** As the judge wrote them, in the order shown. */
  readonly scores: readonly [number, number] | null;
}

/** Nothing that could be read. */
export const notFound = (reasonsEnd: number): Found => ({
  judgment: 'invalid',
  reasonsEnd,
  verdict: null,
  scores: null,
});

/** A number as people write one: no exponent, no hexadecimal, no Infinity. */
export function plainNumber(text: string): number | null {
  const trimmed = text.trim();
  if (!/^[+-]?\d+(?:\.\d+)?$/.test(trimmed)) return null;
  const value = Number(trimmed);
  return Number.isFinite(value) ? value : null;
}
