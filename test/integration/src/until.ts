import { setTimeout as pause } from 'node:timers/promises';

/** The deadline of whatever must happen sooner or later: generous, since the machine may be busy. */
const soonMs = 120_000;

/** Asks again and again until the answer is neither null, undefined nor false; rejects at the deadline. */
export async function until<T>(
  what: string,
  ask: () => Promise<T | null | undefined | false> | T | null | undefined | false,
  { withinMs = soonMs, everyMs = 25 }: { withinMs?: number; everyMs?: number } = {},
): Promise<T> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (answer !== null && answer !== undefined && answer !== false) return answer;
    if (performance.now() > deadline) throw new Error(`not within ${withinMs / 1000} s: ${what}`);
    await pause(everyMs);
  }
}

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
