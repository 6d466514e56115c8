/**
 * Skips the waits of a real fleet. A task whose worker is gone is delivered again when its acknowledgement is overdue, after a minute;
 * here a wait is shortened for a moment, whenever nothing moves. Only time depends on it. A task that a slow worker still has may be
 * delivered again, too: what workers hold is allowed to be asked about once more.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Bed } from './bed.ts';
import { heldMeanwhile } from './evidence.ts';

/** As the coordinator sets it. */
const usualMs = 60_000;
const shortMs = 1_500;
const quietMs = 3_000;
const lookEveryMs = 250;

/** Delivers again what was delivered up to now and is not acknowledged. */
export async function hasten(bed: Bed): Promise<void> {
  const { run, streams, witness } = bed;
  if (run === null) return;
  const startedMs = performance.now();
  let isShortened = false;
  const held = await heldMeanwhile(bed, async () => {
    // Each time another value: only a change makes the server look at what it has delivered.
    isShortened = await streams.setAckWait(run, shortMs + (Math.floor(startedMs) % 100));
    if (!isShortened) return;
    await pause(shortMs + 500);
    await streams.setAckWait(run, usualMs);
  });
  if (isShortened) witness.allow(held, Math.max(1, Math.floor((performance.now() - startedMs) / shortMs)));
}

export interface Impatience extends AsyncDisposable {
  /** Runs something during which nothing is hastened. */
  hold<T>(work: () => Promise<T>): Promise<T>;
}

/** Hastens whenever nothing has moved for three seconds; where that did not help, after twice the time. */
export function impatienceOf(bed: Bed): Impatience {
  const end = new AbortController();
  let turn: Promise<unknown> = Promise.resolve();
  const hold = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(work);
    turn = mine.catch(() => undefined);
    return mine;
  };
  const watch = async (): Promise<void> => {
    let seen = '';
    let sinceMs = performance.now();
    let patienceMs = quietMs;
    while (!end.signal.aborted) {
      await pause(lookEveryMs, undefined, { signal: end.signal }).catch(() => undefined);
      const now = `${bed.requests.bytes} ${bed.run}`;
      if (now !== seen) {
        seen = now;
        sinceMs = performance.now();
        patienceMs = quietMs;
      } else if (performance.now() - sinceMs > patienceMs && !end.signal.aborted) {
        // NATS may be away for longer than is waited for: the next look comes.
        await hold(() => hasten(bed)).catch(() => undefined);
        sinceMs = performance.now();
        patienceMs *= 2;
      }
    }
  };
  const watching = watch();
  return {
    hold,
    async [Symbol.asyncDispose]() {
      end.abort();
      await watching;
    },
  };
}
