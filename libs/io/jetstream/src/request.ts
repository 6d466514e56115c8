import { RetryableError, UnavailableError } from '@proofmill/contract';
import type { Connection } from './connection.ts';
import { connectionLost, isNoResponders, translate } from './errors.ts';
import { pause } from './waiting.ts';

/** How long the server has for an answer. */
export const answerMs = 5_000;
const attempts = 4;
/** How long a request waits for a lost connection to be restored. */
const reconnectMs = 5_000;

/**
 * Asks NATS and waits for the answer: up to four times if the answer is late, the connection breaks, or the subject has no
 * listener (as it is for a moment in a cluster that elects a leader). So a request may be carried out twice: use this only where
 * that is harmless. Takes at most about 25 s.
 *
 * @throws the contract's errors, see translate()
 */
export async function ask<T>(connection: Connection, doing: string, request: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    if (!(await connection.ready(reconnectMs))) throw connectionLost(doing);
    try {
      return await connection.untilLost(doing, request());
    } catch (error) {
      const translated = translate(error, doing);
      if (attempt === attempts || !isPassing(translated, error)) throw translated;
    }
    await pause(50 * 2 ** attempt);
  }
}

function isPassing(translated: unknown, error: unknown): boolean {
  if (translated instanceof RetryableError) return true;
  // A stream that the server itself calls missing is missing; a missing listener may come.
  return translated instanceof UnavailableError && (translated.code !== 'stream-missing' || isNoResponders(error));
}
