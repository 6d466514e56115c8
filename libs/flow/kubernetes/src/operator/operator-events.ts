import type { KubernetesObject } from '@proofmill/contract';

/** What an operator reports while it runs, beside its sentences. */
export interface OperatorEvents {
  onLeading?(isLeading: boolean): void;
  /** All ScoringJobs, as they were when a turn began. */
  onJobs?(jobs: readonly KubernetesObject[]): void;
  /** One ScoringJob was looked at; `isDone`: it has not to be looked at again. */
  onReconciled?(tookMs: number, isDone: boolean): void;
}
