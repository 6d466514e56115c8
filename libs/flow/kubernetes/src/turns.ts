/** When a loop looks at what exists: at its turns. */
import type { Clock, KindRef, KubernetesApi } from '@proofmill/contract';

interface Watched {
  readonly kinds: readonly KindRef[];
  readonly labels?: Readonly<Record<string, string>>;
}

export interface TurnsOptions {
  readonly kubernetes: KubernetesApi;
  readonly clock: Clock;
  readonly watched: readonly Watched[];
  /** Changes within this time share a turn. */
  readonly shortestMs: number;
  /** A turn comes after this time even if nothing is known to have changed: how long a missed change goes unnoticed. */
  readonly longestMs: number;
  readonly stop: AbortSignal;
}

export interface Turns extends AsyncIterable<void> {
  /** Asks for a turn. */
  wake(): void;
}

/**
 * A turn at the start, whenever a watched object may have changed, when `wake` is called, and after `longestMs` in any case; at
 * most one every `shortestMs`. Ends when `stop` fires. Rejects when a watch fails for good.
 */
export function turnsOf(options: TurnsOptions): Turns {
  const alarm = createAlarm(options.clock);
  return { wake: alarm.ring, [Symbol.asyncIterator]: () => takeTurns(options, alarm) };
}

async function* takeTurns(options: TurnsOptions, alarm: Alarm): AsyncGenerator<void> {
  const { kubernetes, clock, watched, shortestMs, longestMs, stop } = options;
  const left = new AbortController();
  const ended = AbortSignal.any([stop, left.signal]);
  const failures: unknown[] = [];
  const watches = watched.map(async ({ kinds, labels }) => {
    try {
      for await (const _change of kubernetes.changes(kinds, labels, ended)) alarm.ring();
    } catch (error) {
      failures.push(error);
      alarm.ring();
    }
  });
  try {
    while (!stop.aborted) {
      await alarm.rung(longestMs, stop);
      if (failures.length > 0) throw failures[0];
      if (stop.aborted) return;
      yield;
      await clock.sleep(shortestMs, stop);
    }
  } finally {
    left.abort();
    await Promise.all(watches);
  }
}

interface Alarm {
  ring(): void;
  /** Resolves when it has rung since the last call, after `longestMs`, or when the signal fires. */
  rung(longestMs: number, stop: AbortSignal): Promise<void>;
}

/** Rings once at the start. */
function createAlarm(clock: Clock): Alarm {
  let isRung = true;
  let next = new AbortController();
  return {
    ring() {
      isRung = true;
      next.abort();
    },
    async rung(longestMs, stop) {
      if (!isRung) await clock.sleep(longestMs, AbortSignal.any([stop, next.signal]));
      isRung = false;
      next = new AbortController();
    },
  };
}
