/**
 * From the responses of an item to its label, by one judge: two by their votes, more by comparisons of two, or each by a score
 * of its own. Responses with the same text are one to the judge; two of them are a tie without a question.
 */
import type { FailedOutcome, Label, OrderVotes, PackLine, VotesDefinition } from '@proofmill/contract';
import type { Ask, Asked, Refusal, Spent } from './asking.ts';
import type { Renderer } from './render.ts';

export type AskedLine = Extract<PackLine, { ask: true }>;
export type Ranking = 'knockout' | 'linear' | 'round-robin';

/** One judge of a label stage. */
interface JudgeDefinition extends Asked {
  readonly votes: VotesDefinition;
}

export type Labelled =
  | { readonly label: Label }
  | { readonly failed: Omit<FailedOutcome, 'tokens'> }
  | { readonly refused: Refusal; readonly votes: OrderVotes[] };

export interface Labelling {
  wave(maxAnswers: number): Ask[];
  /** Null while answers are wanted. */
  result(): Labelled | null;
}

export interface LabellingOptions {
  readonly judge: JudgeDefinition;
  readonly render: Renderer;
  readonly line: AskedLine;
  readonly ranking: Ranking;
  readonly spent: Spent;
  /** Seeds of different purposes differ. */
  readonly purpose: string;
  /** A refusal of the engine is a result, not the end of the item. */
  readonly mayFail: boolean;
}

/** The label of an item whose responses all have the same text. */
export const identicalLabel: Label = {
  winner: null,
  tie: true,
  confidence: 0.5,
  confidenceOf: 'none',
  votes: [],
  rationale: null,
  ranking: null,
  scores: null,
};

/** The lowest index of each different text. */
export function differentResponses(responses: readonly string[]): number[] {
  // Nearly all items are pairs, and comparing two texts costs less than the keys of a map.
  if (responses.length === 2) return responses[0] === responses[1] ? [0] : [0, 1];
  const seen = new Map<string, number>();
  responses.forEach((text, index) => {
    if (!seen.has(text)) seen.set(text, index);
  });
  return [...seen.values()];
}

/** Each response where its text stands first in `ranked`, so that equal texts stand together. */
export const withEquals = (ranked: readonly number[], responses: readonly string[]): number[] =>
  ranked.flatMap((index) => responses.flatMap((text, other) => (text === responses[index] ? [other] : [])));
