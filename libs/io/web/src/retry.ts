/** Trying again what may pass: waits double from 0.2 s up to 5 s, about 20 s in all; then the caller gets the error. */
import { setTimeout } from 'node:timers/promises';
import { isTemporary } from '@proofmill/contract';

const mostTries = 8;
const firstWaitMs = 200;
const longestWaitMs = 5000;

/** Waits before the next try; false where there is none. */
async function mayTryAgain(error: unknown, tries: number): Promise<boolean> {
  if (!isTemporary(error) || tries >= mostTries) return false;
  await setTimeout(Math.min(longestWaitMs, firstWaitMs * 2 ** (tries - 1)) * (0.5 + Math.random() / 2));
  return true;
}

/** Repeats a task until it succeeds, or fails for a reason that does not pass. */
export async function persistently<T>(task: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await task();
    } catch (error) {
      if (!(await mayTryAgain(error, tries))) throw error;
    }
  }
}

/** The pieces that `from` gives for a position. Where they end with an error that may pass, they are asked for again from there. */
export async function* resumed(from: (position: number) => AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let position = 0;
  for (let tries = 1; ; tries += 1) {
    try {
      for await (const piece of from(position)) {
        position += piece.length;
        tries = 1;
        yield piece;
      }
      return;
    } catch (error) {
      if (!(await mayTryAgain(error, tries))) throw error;
    }
  }
}
