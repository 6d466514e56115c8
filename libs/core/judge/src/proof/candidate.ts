/** The proofs of a label, and what a selection among several of them is given and gives. */
import type { AskedLine, Message, Order, Proof, ProofRule, ProveDefinition } from '@proofmill/contract';
import type { Renderer } from '../asking/render.ts';
import type { VerdictReader } from '../reading/reader.ts';

export interface Candidate {
  readonly number: number;
  readonly text: string;
  readonly checks: Proof['checks'];
}

export interface Selected {
  readonly candidate: Candidate;
  readonly by: Proof['selectedBy'];
  readonly score: number | null;
}

/** A prove stage, its profiles compiled once for all items. */
export interface Prover {
  readonly definition: ProveDefinition;
  readonly render: Renderer;
  readonly rule: ProofRule;
  /** How the model compares two proofs. */
  readonly selector: {
    readonly profile: NonNullable<ProveDefinition['selector']>;
    readonly render: Renderer;
    readonly reader: VerdictReader;
  } | null;
}

/** One label to prove. */
export interface Claim {
  readonly prover: Prover;
  readonly line: AskedLine;
  readonly order: Order;
  /** That of the winner, as it is shown. */
  readonly letter: 'A' | 'B';
  /** What the prover is asked with. */
  readonly messages: readonly Message[];
}
