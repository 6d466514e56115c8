/** Whether a worker that has nothing to do may end, so that its engine is free for others. */
import type { Clock } from '@proofmill/contract';
import type { WorkTimes } from './work-options.ts';

interface IdlenessOptions {
  readonly clock: Clock;
  readonly times: Pick<WorkTimes, 'leaveIdleMs'>;
  readonly mayLeave: () => Promise<boolean>;
}

/** Told after each pull whether the worker is busy; true once it may leave, and has not been busy for `leaveIdleMs`. */
export function idlenessOf({ clock, times, mayLeave }: IdlenessOptions): (isBusy: boolean) => Promise<boolean> {
  let sinceMs: number | null = null;
  return async (isBusy) => {
    if (isBusy) {
      sinceMs = null;
      return false;
    }
    sinceMs ??= clock.now();
    return clock.now() - sinceMs >= times.leaveIdleMs && (await mayLeave());
  };
}
