/**
 * Pulls messages with the JetStream API itself (ADR-13), because the client's `fetch` has only two ways: wait until `batch`
 * messages are available, or do not wait. The server has a third: `no_wait` together with `expires` waits for the first message,
 * gives all that are available and ends the request at once. So no message goes to a request whose caller has left.
 *
 * A pull ends in one of these ways:
 * - **full**: `batch` messages came.
 * - **status**: the server ended it: no (more) messages, consumer deleted, and so on.
 * - **silence**: no answer until shortly after `expires`. An older server is silent when the consumer does not exist.
 * - **abort** or **lost connection**: the subscription is drained, and messages that still arrive are released.
 */
import { createInbox, type Msg } from '@nats-io/transport-node';
import { RetryableError } from '@proofmill/contract';
import type { Connection } from './connection.ts';
import { release } from './delivery.ts';
import { connectionLost, streamMissing } from './errors.ts';
import { orAborted, pause, wholeNanos } from './waiting.ts';

export interface Pull {
  readonly stream: string;
  readonly consumer: string;
  /** At most this many messages. */
  readonly batch: number;
  /** How long to wait for the first one. */
  readonly waitMs: number;
  /** "pulling tasks", for errors */
  readonly doing: string;
  /** Rejects with the contract's errors if the consumer does not exist; called when the server's answer was unclear. */
  confirm(): Promise<void>;
}

type End =
  | { readonly kind: 'full' | 'silence' | 'abort' | 'lost' }
  | { readonly kind: 'status'; code: number; text: string };

const silenceMs = 1_000;
const reconnectMs = 2_000;

/**
 * The next messages: resolves as soon as at least one is available, with none after `waitMs` or when the signal fires. Messages
 * that it does not return are released.
 *
 * @throws UnavailableError `stream-missing`, `nats-unavailable`
 */
export async function pullMessages(connection: Connection, pull: Pull, signal: AbortSignal): Promise<Msg[]> {
  if (signal.aborted || pull.batch < 1) return [];
  if (!(await connection.ready(reconnectMs, signal))) {
    if (signal.aborted) return [];
    throw connectionLost(pull.doing);
  }
  const startedMs = performance.now();
  const first = await request(
    connection,
    pull,
    { batch: pull.batch, no_wait: true, expires: wholeNanos(pull.waitMs) },
    signal,
  );
  if (!isRefusedAtOnce(first.end)) return settle(connection, pull, first, signal);
  // Several one-shot requests wait, and fewer messages come than they ask for. An ordinary request for a single message may
  // join the queue, and ends with that message.
  const leftMs = Math.max(100, pull.waitMs - (performance.now() - startedMs));
  const second = await request(
    connection,
    { ...pull, batch: 1, waitMs: leftMs },
    { batch: 1, expires: wholeNanos(leftMs) },
    signal,
  );
  return settle(connection, pull, second, signal);
}

interface Answer {
  readonly messages: Msg[];
  readonly end: End;
}

const isRefusedAtOnce = (end: End): boolean =>
  end.kind === 'status' && end.code === 408 && end.text === 'requests pending';

async function settle(
  connection: Connection,
  pull: Pull,
  { messages, end }: Answer,
  signal: AbortSignal,
): Promise<Msg[]> {
  if (end.kind === 'abort') return [];
  if (messages.length > 0) return messages;
  if (end.kind === 'lost') throw connectionLost(pull.doing);
  if (end.kind === 'full' || (end.kind === 'status' && (end.code === 404 || end.code === 408))) return [];
  if (end.kind === 'status') {
    if (end.code === 409 && / deleted$/.test(end.text)) throw streamMissing(pull.doing);
    if (end.code === 400) throw new RetryableError('nats-refused', `While ${pull.doing}: NATS says "${end.text}".`);
    if (end.code !== 503) connection.log('NATS ended a pull', { doing: pull.doing, code: end.code, text: end.text });
  }
  if ((await orAborted(pull.confirm(), signal)) === 'aborted') return [];
  // Too many requests wait, the leader moves, or the server shuts down: this passes, but not within a moment.
  await pause(500, signal);
  return [];
}

function request(connection: Connection, pull: Pull, body: object, signal: AbortSignal): Promise<Answer> {
  const { client } = connection;
  const messages: Msg[] = [];
  const inbox = createInbox(connection.inboxPrefix);
  return new Promise((resolve) => {
    let ended = false;
    const end = (how: End): void => {
      if (ended) return;
      ended = true;
      clearTimeout(timer);
      unwatch();
      signal.removeEventListener('abort', abort);
      const complete = how.kind === 'full' || how.kind === 'status';
      if (complete) subscription.unsubscribe();
      // Draining receives the messages that the server had already sent; see the callback below.
      else subscription.drain().catch(() => {});
      if (how.kind === 'abort') for (const message of messages) releaseLate(message);
      resolve({ messages, end: how });
    };
    const releaseLate = (message: Msg): void => release(client, message);
    const subscription = client.subscribe(inbox, {
      callback: (error, message) => {
        if (error) return end({ kind: 'silence' });
        const status = statusOf(message);
        if (ended) return status ? undefined : releaseLate(message);
        if (status) return end(status);
        messages.push(message);
        if (messages.length >= pull.batch) end({ kind: 'full' });
      },
    });
    const abort = (): void => end({ kind: 'abort' });
    const timer = setTimeout(() => end({ kind: 'silence' }), pull.waitMs + silenceMs);
    const unwatch = connection.watch((connected) => {
      if (!connected) end({ kind: 'lost' });
    });
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) return abort();
    try {
      client.publish(`$JS.API.CONSUMER.MSG.NEXT.${pull.stream}.${pull.consumer}`, JSON.stringify(body), {
        reply: inbox,
      });
    } catch {
      end({ kind: 'lost' });
    }
  });
}

/** A message of the stream has a reply subject, to acknowledge it; a status of the server has none. */
function statusOf(message: Msg): End | null {
  if (message.reply) return null;
  return { kind: 'status', code: message.headers?.code ?? 0, text: (message.headers?.description ?? '').toLowerCase() };
}
