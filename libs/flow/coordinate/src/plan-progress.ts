import type { PlanEnd } from '@proofmill/contract';

/** How far planning has come, for whoever drives the shards that are planned already. */
export interface PlanProgress {
  /** Shards that have an entry: all below this number. */
  readonly planned: number;
  readonly end: PlanEnd | null;
  /** Resolves at the next change. */
  changed(): Promise<void>;
  shardPlanned(): void;
  ended(end: PlanEnd): void;
}

export function planProgress(): PlanProgress {
  let planned = 0;
  let end: PlanEnd | null = null;
  let wake = (): void => undefined;
  let next = new Promise<void>((resolve) => {
    wake = resolve;
  });
  const fire = (): void => {
    wake();
    next = new Promise((resolve) => {
      wake = resolve;
    });
  };
  return {
    get planned() {
      return planned;
    },
    get end() {
      return end;
    },
    changed: () => next,
    shardPlanned() {
      planned += 1;
      fire();
    },
    ended(whole) {
      planned = whole.shards;
      end = whole;
      fire();
    },
  };
}
