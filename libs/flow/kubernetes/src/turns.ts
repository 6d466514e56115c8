/** When a loop looks at what exists: at its turns. */
import type { Clock, KubernetesApi, Observation, Observed } from '@proofmill/contract';

export interface TurnsOptions {
  readonly kubernetes: KubernetesApi;
  readonly clock: Clock;
  readonly observed: readonly Observed[];
  /** Changes within this time share a turn. */
  readonly shortestMs: number;
  /** A turn comes after this time even if nothing is known to have changed. */
  readonly longestMs: number;
  /** Called while what exists cannot be followed. */
  readonly onTrouble?: (error: Error) => void;
  readonly stop: AbortSignal;
}

export interface Turns extends AsyncIterable<void> {
  /** What exists, of each kind in the order of `observed`. */
  readonly observations: readonly Observation[];
  /** Asks for a turn. */
  wake(): void;
}

/**
 * A turn at the start, whenever an observed object has changed, when `wake` is called, and after `longestMs` in any case; at most one
 * every `shortestMs`. Ends when `stop` fires. Rejects where the API server refuses to be observed.
 */
export function turnsOf(options: TurnsOptions): Turns {
  const { kubernetes, clock, observed, onTrouble = () => undefined, stop } = options;
  const alarm = createAlarm(clock);
  const left = new AbortController();
  const observer = { onChange: alarm.ring, onTrouble, signal: AbortSignal.any([stop, left.signal]) };
  const observations = observed.map((what) => kubernetes.observe(what, observer));
  const refusals: unknown[] = [];
  for (const { complete } of observations) {
    complete.then(alarm.ring, (refusal: unknown) => {
      refusals.push(refusal);
      alarm.ring();
    });
  }
  return {
    observations,
    wake: alarm.ring,
    async *[Symbol.asyncIterator]() {
      try {
        for await (const _turn of takeTurns(options, alarm)) {
          if (refusals.length > 0) throw refusals[0];
          yield;
        }
      } finally {
        left.abort();
      }
    },
  };
}

async function* takeTurns({ clock, shortestMs, longestMs, stop }: TurnsOptions, alarm: Alarm): AsyncGenerator<void> {
  while (!stop.aborted) {
    await alarm.rung(longestMs, stop);
    if (stop.aborted) return;
    yield;
    await clock.sleep(shortestMs, stop);
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
