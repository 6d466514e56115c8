import { until as untilSoon } from '@proofmill/process';

/** Repeats until the result is neither null, undefined nor false; rejects at the deadline. */
export const until = <T>(
  what: string,
  ask: () => Promise<T | null | undefined | false>,
  options: { withinMs?: number; everyMs?: number } = {},
): Promise<T> =>
  // Each attempt starts a process.
  untilSoon(what, ask, { everyMs: 100, ...options });
