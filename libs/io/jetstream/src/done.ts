import { subjects } from '@proofmill/contract';
import { apiOf } from './api.ts';
import type { Connection } from './connection.ts';
import { ask } from './request.ts';
import { consumerCreated, isSignedInPlace } from './stored-done.ts';
import { pause } from './waiting.ts';

/** How a worker learns that its run has ended. */
export interface DoneNotice {
  /** Fires when the run has ended. */
  readonly signal: AbortSignal;
  /** Whether the run has ended, as far as this worker can know now. */
  known(): Promise<boolean>;
}

/** Whose notice it is: `doneKey` is the public key of the run's coordinator. */
export interface NoticeOptions {
  readonly run: string;
  readonly doneKey?: string | undefined;
}

/** The stored message is read this often: the one that is sent is lost if the connection breaks at the wrong moment. */
const askAgainMs = 10_000;
/** After a hint the stored message is read at once, and again after these pauses: the hint may be quicker than the store. */
const hintPausesMs = [0, 200, 1_000];

/**
 * Reads the stored `done` message at the start, after each lost connection and every 10 s: a worker that starts late, or is
 * disconnected when the message is sent, learns of it too. The message as it is sent is a hint to read the stored one: only that has
 * a place, which its signature holds for. It listens ahead of the first read, so that no message falls between the two. A
 * message that the run's coordinator has not signed is logged, once, and changes nothing. Ends with the connection.
 */
export function doneNotice(connection: Connection, { run, doneKey }: NoticeOptions): DoneNotice {
  const subject = subjects.done(run);
  const stream = subjects.tasksStream(run);
  const ended = new AbortController();
  let listening = false;
  let isHinted = false;
  let hasLogged = false;
  let askedAtMs = Number.NEGATIVE_INFINITY;

  /** Reads the stored message, and says so where it is no coordinator's. */
  const look = async (): Promise<void> => {
    const { manager } = await apiOf(connection);
    const { created, stored } = await ask(connection, 'asking whether the run is done', async () => ({
      // The direct API of an old server does not answer for a stream that is gone.
      created: await consumerCreated(connection, run),
      // The request's subject names the message's: so a worker can be permitted to read this message and no other.
      stored: await manager.direct.getMessage(stream, { last_by_subj: subject }),
    }));
    askedAtMs = performance.now();
    if (!stored || ended.signal.aborted) return;
    // Workers can have answers sent to one another: that of another stream has a place of its own.
    const isOfRun = stored.header.last('Nats-Stream') === stream;
    if (isOfRun && isSignedInPlace(doneKey, run, created, stored)) return ended.abort();
    if (!hasLogged)
      connection.log('a message says that the run is done, and its coordinator has not signed it', { subject });
    hasLogged = true;
  };

  const followHint = async (): Promise<void> => {
    if (isHinted) return;
    isHinted = true;
    for (const pauseMs of hintPausesMs) {
      await pause(pauseMs, ended.signal);
      if (ended.signal.aborted || connection.client.isClosed()) return;
      // Whatever keeps it from being read keeps `known` from it as well, which says so.
      await look().catch(() => undefined);
    }
    isHinted = false;
  };

  const listen = (): void => {
    connection.client.subscribe(subject, {
      callback: (error) => {
        if (error) connection.log('cannot listen for the end of the run', { reason: error.message });
        else void followHint();
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
      if (!ended.signal.aborted && performance.now() - askedAtMs >= askAgainMs) await look();
      return ended.signal.aborted;
    },
  };
}
