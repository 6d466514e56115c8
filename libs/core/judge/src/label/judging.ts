/** What one judge of a label stage is given, and what it gives. */
import type { AskedLine, FailedOutcome, Label, OrderVotes, VotesDefinition } from '@proofmill/contract';
import type { Asked, Refusal } from '../asking/question.ts';
import type { Renderer } from '../asking/render.ts';
import type { Reader } from '../reading/reader.ts';
import type { Ranking } from '../votes/label-of-votes.ts';

/** One judge of a label stage, its profile compiled once for all items. */
export interface LabelJudge<Read extends Reader> extends Asked {
  readonly votes: VotesDefinition;
  readonly render: Renderer;
  readonly reader: Read;
}

export type Labelled =
  | { readonly label: Label }
  | { readonly failed: Omit<FailedOutcome, 'tokens'> }
  | { readonly refused: Refusal; readonly votes: OrderVotes[] };

export interface Judging {
  readonly line: AskedLine;
  readonly ranking: Ranking;
  /** Seeds of different purposes differ. */
  readonly purpose: string;
  /** A refusal of the engine is a result, not the end of the item. */
  readonly mayFail: boolean;
}
