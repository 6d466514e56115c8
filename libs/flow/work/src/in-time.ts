import type { Clock } from '@proofmill/contract';

export interface TimeLimit {
  readonly clock: Clock;
  readonly longestMs: number;
  /** Ends what is asked before the limit does. */
  readonly signal: AbortSignal;
  /** The error for which it ends at the limit. */
  readonly late: () => Error;
  /** Whether the time is not to be counted yet, asked when it is over. */
  readonly isHeldBack?: () => boolean;
}

/** The answer of `ask`, which rejects with the reason of its signal when that fires. Rejects as `ask` does, and with `late` at the limit. */
export async function inTime<Answer>(
  { clock, longestMs, signal, late, isHeldBack = () => false }: TimeLimit,
  ask: (signal: AbortSignal) => Promise<Answer>,
): Promise<Answer> {
  const limit = new AbortController();
  const hasEnded = new AbortController();
  const watch = async (ended: AbortSignal): Promise<void> => {
    do await clock.sleep(longestMs, ended);
    while (!ended.aborted && isHeldBack());
    if (!ended.aborted) limit.abort(late());
  };
  void watch(AbortSignal.any([signal, hasEnded.signal]));
  try {
    return await ask(AbortSignal.any([signal, limit.signal]));
  } catch (error) {
    limit.signal.throwIfAborted();
    throw error;
  } finally {
    hasEnded.abort();
  }
}
