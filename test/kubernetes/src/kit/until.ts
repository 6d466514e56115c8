import { until as untilSoon } from '@proofmill/process';

/** Asks again and again until the answer is neither null, undefined nor false; rejects at the deadline. */
export const until = <T>(
  what: string,
  ask: () => Promise<T | null | undefined | false>,
  options: { withinMs?: number; everyMs?: number } = {},
): Promise<T> =>
  // Each asking is a process here.
  untilSoon(what, ask, { everyMs: 100, ...options });
