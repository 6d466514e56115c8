import type { Clock } from '@proofmill/contract';

interface Timer {
  readonly dueMs: number;
  readonly fire: () => void;
}

export interface VirtualClock extends Clock {
  /** Lets time pass until the promise settles. Throws when nothing is left to wait for. */
  runUntil<Value>(promise: Promise<Value>): Promise<Value>;
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A clock that jumps to the next sleeper as soon as all else has come to rest. */
export function virtualClock(): VirtualClock {
  let nowMs = 0;
  const timers = new Set<Timer>();
  return {
    now: () => nowMs,
    sleep(ms, signal) {
      if (signal?.aborted) return Promise.resolve();
      return new Promise((resolve) => {
        const end = (): void => {
          timers.delete(timer);
          signal?.removeEventListener('abort', end);
          resolve();
        };
        const timer: Timer = { dueMs: nowMs + ms, fire: end };
        timers.add(timer);
        signal?.addEventListener('abort', end, { once: true });
      });
    },
    async runUntil(promise) {
      let isSettled = false;
      const note = (): void => {
        isSettled = true;
      };
      promise.then(note, note);
      for (;;) {
        await settled();
        if (isSettled) return promise;
        const [next] = [...timers].sort((a, b) => a.dueMs - b.dueMs);
        if (!next) throw new Error(`nothing is left to wait for at ${nowMs} ms`);
        nowMs = Math.max(nowMs, next.dueMs);
        next.fire();
      }
    },
  };
}
