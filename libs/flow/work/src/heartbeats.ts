import { type Clock, UnavailableError } from '@proofmill/contract';
import type { HeldTasks } from './held-tasks.ts';
import type { Slots } from './slots.ts';

export interface HeartbeatOptions {
  readonly clock: Clock;
  readonly slots: Slots;
  readonly held: HeldTasks;
  readonly heartbeatMs: number;
  readonly stallMs: number;
  readonly signal: AbortSignal;
}

/** Extends the tasks that a worker holds, as long as its engine makes progress. */
export class Heartbeats {
  readonly #options: HeartbeatOptions;
  #lastProgressMs: number;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
    this.#lastProgressMs = options.clock.now();
  }

  noteAnswer(): void {
    this.#lastProgressMs = this.#options.clock.now();
  }

  /** Beats until the signal fires. Rejects with UnavailableError when the engine hangs. */
  async beat(): Promise<void> {
    const { clock, held, heartbeatMs, signal } = this.#options;
    while (!signal.aborted) {
      await clock.sleep(heartbeatMs, signal);
      this.#refuseStall();
      if (!signal.aborted) await held.extendAll();
    }
  }

  #refuseStall(): void {
    const { clock, slots, stallMs } = this.#options;
    // An engine that was asked nothing does not hang.
    if (slots.free === slots.total) this.#lastProgressMs = clock.now();
    if (clock.now() - this.#lastProgressMs <= stallMs) return;
    throw new UnavailableError('engine-hangs', `the engine has answered nothing for ${stallMs / 1000} s`);
  }
}
