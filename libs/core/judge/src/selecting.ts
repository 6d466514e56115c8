/** What a selection among several proofs is given, and what it gives. */
import type { Message, Order, Proof } from '@proofmill/contract';
import type { Ask, Spent } from './asking.ts';
import type { AskedLine } from './labelling.ts';
import type { ProveDefinition, ProveRenderers } from './proving.ts';

export interface Candidate {
  readonly number: number;
  readonly text: string;
  readonly checks: Proof['checks'];
}

interface Selected {
  readonly candidate: Candidate;
  readonly by: 'likelihood-ratio' | 'judge' | 'first';
  readonly score: number | null;
}

export interface Selecting {
  wave(maxAnswers: number): Ask[];
  /** Null while answers are wanted. */
  result(): Selected | null;
}

export interface SelectionOptions {
  readonly definition: ProveDefinition;
  readonly line: AskedLine;
  readonly order: Order;
  readonly letter: 'A' | 'B';
  /** What the prover was asked with. */
  readonly messages: readonly Message[];
  readonly renderers: ProveRenderers;
  readonly tokens: Spent;
  readonly candidates: readonly Candidate[];
}
