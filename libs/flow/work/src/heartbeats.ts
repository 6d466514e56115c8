import type { Clock } from '@proofmill/contract';
import type { HeldTasks } from './held-tasks.ts';

export interface HeartbeatOptions {
  readonly clock: Clock;
  readonly held: HeldTasks;
  readonly heartbeatMs: number;
  readonly signal: AbortSignal;
}

/** Extends the tasks that a worker holds, until the signal fires. Whether its engine answers them is looked after elsewhere. */
export async function beat({ clock, held, heartbeatMs, signal }: HeartbeatOptions): Promise<void> {
  while (!signal.aborted) {
    await clock.sleep(heartbeatMs, signal);
    if (!signal.aborted) await held.extendAll();
  }
}
