import { subjects } from '@proofmill/contract';
import { apiOf } from './api.ts';
import type { Connection } from './connection.ts';
import { ask } from './request.ts';

/** How a worker learns that its run has ended. */
export interface DoneNotice {
  /** Fires when the run has ended. */
  readonly signal: AbortSignal;
  /** Whether the run has ended, as far as this worker can know now. */
  known(): Promise<boolean>;
}

/** The stored message is read this often: the one that is sent is lost if the connection breaks at the wrong moment. */
const askAgainMs = 10_000;

/**
 * Listens to the coordinator's `done` message, and reads the stored copy at the start, after each lost connection and every
 * 10 s: a worker that starts late, or is disconnected when the message is sent, learns of it too. It listens ahead of the first
 * read, so that no message falls between the two. Ends with the connection.
 */
export function doneNotice(connection: Connection, run: string): DoneNotice {
  const subject = subjects.done(run);
  const ended = new AbortController();
  let listening = false;
  let askedAtMs = Number.NEGATIVE_INFINITY;

  const listen = (): void => {
    connection.client.subscribe(subject, {
      callback: (error) => {
        if (error) connection.log('cannot listen for the end of the run', { reason: error.message });
        else ended.abort();
      },
    });
    connection.watch(() => {
      askedAtMs = Number.NEGATIVE_INFINITY;
    });
    listening = true;
  };

  return {
    signal: ended.signal,
    async known() {
      if (!listening) listen();
      if (ended.signal.aborted) return true;
      if (performance.now() - askedAtMs < askAgainMs) return false;
      const { manager } = await apiOf(connection);
      const stored = await ask(connection, 'asking whether the run is done', async () => {
        // The direct API of an old server does not answer for a stream that is gone.
        await manager.consumers.info(subjects.tasksStream(run), subjects.workers);
        // The request's subject names the message's: so a worker can be permitted to read this message and no other.
        return manager.direct.getMessage(subjects.tasksStream(run), { last_by_subj: subject });
      });
      askedAtMs = performance.now();
      if (stored) ended.abort();
      return ended.signal.aborted;
    },
  };
}
