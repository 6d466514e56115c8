import { setTimeout as pause } from 'node:timers/promises';

/** The default deadline: generous, since the machine may be busy. */
const soonMs = 120_000;

/** Settles as `work` does, but rejects at the deadline. */
export async function within<T>(event: string, work: Promise<T>, withinMs = soonMs): Promise<T> {
  const cancellation = new AbortController();
  const deadline = pause(withinMs, undefined, { signal: cancellation.signal }).then(
    () => {
      throw new Error(`not within ${withinMs / 1000} s: ${event}`);
    },
    () => new Promise<never>(() => undefined),
  );
  try {
    return await Promise.race([work, deadline]);
  } finally {
    cancellation.abort();
  }
}
