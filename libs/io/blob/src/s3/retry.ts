/** The one policy of trying again: waits that double up to 10 s, 45 s in all at most, then the caller is told. */
import { setTimeout } from 'node:timers/promises';
import { isPassing } from './errors.ts';

const TRIES = 11;
const FIRST_WAIT_MS = 150;
const LONGEST_WAIT_MS = 10_000;

type Pause = (ms: number) => Promise<unknown>;

/** Waits before the next try; false when that was the last. Between a half and the whole of a wait, so that many do not come back at once. */
export async function mayTryAgain(error: unknown, tries: number, pause: Pause = setTimeout): Promise<boolean> {
  if (!isPassing(error) || tries >= TRIES) return false;
  const waitMs = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (tries - 1));
  await pause(waitMs * (0.5 + Math.random() / 2));
  return true;
}

/** Does what may be done again, until it succeeds or fails for another reason than one that passes. */
export async function persistently<T>(task: () => Promise<T>, pause?: Pause): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await task();
    } catch (error) {
      if (!(await mayTryAgain(error, tries, pause))) throw error;
    }
  }
}
