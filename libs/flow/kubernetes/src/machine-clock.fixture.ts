import type { Clock } from '@proofmill/contract';

/** The clock of this machine, or one that runs `speed` times as fast: the loops keep their own times, and tests wait for effects. */
export const machineClock = (speed = 1): Clock => ({
  now: () => performance.now() * speed,
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const finish = (): void => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(finish, ms / speed);
      signal?.addEventListener('abort', finish, { once: true });
    }),
});
