import { setTimeout as pause } from 'node:timers/promises';
import { ToolError } from './tool-error.ts';

/** Generous: the machine may be busy, and it is rare that something never happens. */
const soonMs = 120_000;

/**
 * Asks repeatedly until the answer is neither null, undefined nor false.
 * @throws {ToolError} temporary, at the deadline
 */
export async function until<T>(
  what: string,
  ask: () => Promise<T | null | undefined | false> | T | null | undefined | false,
  {
    withinMs = soonMs,
    everyMs = 25,
    signal,
  }: { withinMs?: number; everyMs?: number; signal?: AbortSignal | undefined } = {},
): Promise<T> {
  const deadlineMs = performance.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (answer !== null && answer !== undefined && answer !== false) return answer;
    if (performance.now() > deadlineMs) throw new ToolError('temporary', `Not within ${withinMs / 1000} s: ${what}.`);
    await pause(everyMs, undefined, { signal });
  }
}
