import { setTimeout as pause } from 'node:timers/promises';

/** The deadline of whatever must happen sooner or later: generous, since the machine may be busy. */
const soonMs = 120_000;

/** As `work`, but rejects at the deadline. */
export async function within<T>(what: string, work: Promise<T>, withinMs = soonMs): Promise<T> {
  const over = new AbortController();
  const deadline = pause(withinMs, undefined, { signal: over.signal }).then(
    () => {
      throw new Error(`not within ${withinMs / 1000} s: ${what}`);
    },
    () => new Promise<never>(() => undefined),
  );
  try {
    return await Promise.race([work, deadline]);
  } finally {
    over.abort();
  }
}
