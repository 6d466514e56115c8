/** When a loop over a cluster looks at what there is. */
import type { Clock, KindRef, KubernetesApi } from '@proofmill/contract';

interface Watched {
  readonly kinds: readonly KindRef[];
  readonly labels?: Readonly<Record<string, string>>;
}

export interface TurnsOptions {
  readonly kubernetes: KubernetesApi;
  readonly clock: Clock;
  readonly watched: readonly Watched[];
  readonly shortestMs: number;
  readonly longestMs: number;
  readonly stop: AbortSignal;
  /** Is given a function that asks for a turn. */
  readonly wakeBy?: (wake: () => void) => void;
}

/**
 * A turn at the start, whenever something of this may have changed, when somebody asks for one, and after `longestMs` in any case;
 * not more often than every `shortestMs`. Rejects with what a watch cannot go on after.
 */
export async function* turnsOf(options: TurnsOptions): AsyncGenerator<void> {
  const { kubernetes, clock, watched, shortestMs, longestMs, stop } = options;
  const left = new AbortController();
  const ended = AbortSignal.any([stop, left.signal]);
  let alarm = new AbortController();
  let isDue = true;
  let failure: { readonly error: unknown } | null = null;
  const wake = (): void => {
    isDue = true;
    alarm.abort();
  };
  options.wakeBy?.(wake);
  const watches = watched.map(async ({ kinds, labels }) => {
    try {
      for await (const _change of kubernetes.changes(kinds, labels, ended)) wake();
    } catch (error) {
      failure ??= { error };
      wake();
    }
  });
  try {
    while (!stop.aborted) {
      if (!isDue) await clock.sleep(longestMs, AbortSignal.any([stop, alarm.signal]));
      if (failure !== null) throw (failure as { error: unknown }).error;
      if (stop.aborted) return;
      isDue = false;
      alarm = new AbortController();
      yield;
      await clock.sleep(shortestMs, stop);
    }
  } finally {
    left.abort();
    await Promise.all(watches);
  }
}
