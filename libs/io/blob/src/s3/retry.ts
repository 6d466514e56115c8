/** The only policy for trying again: waits double up to 10 s and add up to 45 s at most; then the caller gets the error. */
import { setTimeout } from 'node:timers/promises';
import { isPassing } from './errors.ts';

const mostTries = 11;
const firstWaitMs = 150;
const longestWaitMs = 10_000;

type Pause = (ms: number) => Promise<unknown>;

/**
 * Waits before the next try; false where there is none. The wait varies between half of it and all of it, so that many clients
 * do not come back at once.
 */
export async function mayTryAgain(error: unknown, tries: number, pause: Pause = setTimeout): Promise<boolean> {
  if (!isPassing(error) || tries >= mostTries) return false;
  const waitMs = Math.min(longestWaitMs, firstWaitMs * 2 ** (tries - 1));
  await pause(waitMs * (0.5 + Math.random() / 2));
  return true;
}

/** Repeats a task until it succeeds, or fails for a reason that does not pass. */
export async function persistently<T>(task: () => Promise<T>, pause?: Pause): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await task();
    } catch (error) {
      if (!(await mayTryAgain(error, tries, pause))) throw error;
    }
  }
}
