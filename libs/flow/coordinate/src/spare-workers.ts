/**
 * Whether workers of a stage are spare: every shard is opened, no task waits for a worker, and workers wait for tasks. Whoever pays for
 * their engines can let them leave. They are no longer spare when a task waits for a worker and no worker waits for it, as after a
 * death with the others gone.
 *
 * A moment is enough: chunks may be about to be sent or offered, and a worker leaves only after it has had nothing to do for a while.
 */
import type { Clock, Dispatch } from '@proofmill/contract';
import type { OpenShards } from './open-shards.ts';
import type { PlanProgress } from './write-plan.ts';

export interface SpareWorkersOptions {
  readonly dispatch: Dispatch;
  readonly shards: OpenShards;
  readonly progress: Readonly<PlanProgress>;
  readonly clock: Clock;
  /** Between two looks. */
  readonly watchMs: number;
  /** Called with each change; they are not spare at the start. */
  readonly onSpare: (areSpare: boolean) => void;
}

export class SpareWorkers {
  readonly #options: SpareWorkersOptions;
  #areSpare = false;
  #dueMs = 0;

  constructor(options: SpareWorkersOptions) {
    this.#options = options;
  }

  /** Rejects where the transport is away. */
  async look(): Promise<void> {
    const { dispatch, shards, progress, clock, watchMs, onSpare } = this.#options;
    if (!progress.end || !shards.areAllOpened(progress.end.shards) || clock.now() < this.#dueMs) return;
    this.#dueMs = clock.now() + watchMs;
    const { queued, waiting } = await dispatch.demand();
    const isChange = this.#areSpare ? queued > 0 && waiting === 0 : queued === 0 && waiting > 0;
    if (!isChange) return;
    this.#areSpare = !this.#areSpare;
    onSpare(this.#areSpare);
  }
}
