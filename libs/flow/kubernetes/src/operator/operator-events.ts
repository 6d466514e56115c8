import type { KubernetesObject } from '@proofmill/contract';

/** What an operator that leads sees at a moment. */
interface OperatorView {
  /** All ScoringJobs of the namespaces that are known. */
  readonly jobs: readonly KubernetesObject[];
  /** How many of them wait to be looked at. */
  readonly waiting: number;
}

/** What an operator reports while it runs, beside its sentences. */
export interface OperatorEvents {
  onLeading?(isLeading: boolean): void;
  /** It leads and knows what exists: `read` gives what it sees now, for as long as it leads. */
  onView?(read: () => OperatorView): void;
  /** One ScoringJob was looked at. */
  onReconciled?(tookMs: number, hasFailed: boolean): void;
}
