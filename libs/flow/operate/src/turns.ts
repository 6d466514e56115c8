import type { Clock, Cluster, KindRef } from '@proofmill/contract';

interface Watched {
  readonly kinds: readonly KindRef[];
  readonly labels?: Readonly<Record<string, string>>;
}

/**
 * A turn at the start, whenever something of this may have changed, and after `longestMs` in any case; not more often than every
 * `shortestMs`. Rejects with what a watch cannot go on after.
 */
export async function* turnsOf(
  { cluster, clock, watched }: { cluster: Cluster; clock: Clock; watched: readonly Watched[] },
  { shortestMs, longestMs }: { shortestMs: number; longestMs: number },
  stop: AbortSignal,
): AsyncGenerator<void> {
  const left = new AbortController();
  const ended = AbortSignal.any([stop, left.signal]);
  let isDue = true;
  let failure: { readonly error: unknown } | null = null;
  let wake = new AbortController();
  const watches = watched.map(async ({ kinds, labels }) => {
    try {
      for await (const _turn of cluster.changes(kinds, labels, ended)) {
        isDue = true;
        wake.abort();
      }
    } catch (error) {
      failure ??= { error };
      wake.abort();
    }
  });
  try {
    while (!stop.aborted) {
      if (!isDue && failure === null) await clock.sleep(longestMs, AbortSignal.any([stop, wake.signal]));
      if (failure !== null) throw (failure as { error: unknown }).error;
      if (stop.aborted) return;
      wake = new AbortController();
      isDue = false;
      yield;
      await clock.sleep(shortestMs, stop);
    }
  } finally {
    left.abort();
    await Promise.all(watches);
  }
}
