import type { Clock } from '@proofmill/contract';
import type { Stored, Streams } from './streams.ts';

export interface PullTimes {
  readonly clock: Clock;
  /** How long a delivery may stay unacknowledged before it is delivered again. */
  readonly ackWaitMs: number;
  /** How long a pull waits for a message. */
  readonly pullWaitMs: number;
}

/** The first `max` messages that are not hidden; it hides them for the ack wait. */
export function take<Content>(
  stored: Iterable<Stored<Content>>,
  max: number,
  { clock, ackWaitMs }: PullTimes,
): Stored<Content>[] {
  const taken: Stored<Content>[] = [];
  const now = clock.now();
  for (const message of stored) {
    if (taken.length >= max) break;
    if (message.hiddenUntilMs > now) continue;
    message.hiddenUntilMs = now + ackWaitMs;
    taken.push(message);
  }
  return taken;
}

/** Resolves at the next change, after `pullWaitMs`, or when the signal fires. */
export async function waitForChange(
  { changed }: Streams,
  { clock, pullWaitMs }: PullTimes,
  signal: AbortSignal,
): Promise<void> {
  const awake = new AbortController();
  await Promise.race([changed.next(), clock.sleep(pullWaitMs, AbortSignal.any([signal, awake.signal]))]);
  awake.abort();
}
