import type { Clock, Cluster, KindRef } from '@proofmill/contract';

interface Watched {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly kinds: readonly KindRef[];
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * A turn at the start, when one of these objects may have changed, when the function is called that `wakeBy` is given, and after
 * `longestMs` in any case; not more often than every `shortestMs`. Rejects with what the watch cannot go on after.
 */
export async function* turnsOf(
  { cluster, clock, kinds, labels }: Watched,
  { shortestMs, longestMs }: { readonly shortestMs: number; readonly longestMs: number },
  stop: AbortSignal,
  wakeBy: (wake: () => void) => void,
): AsyncGenerator<void> {
  const left = new AbortController();
  const ended = AbortSignal.any([stop, left.signal]);
  let alarm = new AbortController();
  let isDue = true;
  let failure: { readonly error: unknown } | null = null;
  const wake = (): void => {
    isDue = true;
    alarm.abort();
  };
  wakeBy(wake);
  const watching = (async () => {
    for await (const _change of cluster.changes(kinds, labels, ended)) wake();
  })().catch((error: unknown) => {
    failure = { error };
    wake();
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
    await watching;
  }
}
