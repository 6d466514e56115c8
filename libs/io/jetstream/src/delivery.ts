import type { Msg, NatsConnection } from '@nats-io/transport-node';
import type { Connection } from './connection.ts';
import { answerMs, ask } from './request.ts';
import { wholeNanos } from './waiting.ts';

/**
 * The replies to a delivered message. Each is a request and resolves when the server has confirmed it; each may be sent twice.
 * They are not fenced: the server accepts them from any delivery of the message, even an old one.
 */
export const acknowledge = (connection: Connection, message: Msg): Promise<void> =>
  reply(connection, message, '+ACK', 'acknowledging a message');

export const extend = (connection: Connection, message: Msg): Promise<void> =>
  reply(connection, message, '+WPI', 'extending a message');

export const releaseAfter = (connection: Connection, message: Msg, delayMs: number): Promise<void> =>
  reply(
    connection,
    message,
    `-NAK ${JSON.stringify({ delay: wholeNanos(Math.max(0, delayMs)) })}`,
    'releasing a message',
  );

/** Removes a message that cannot be read from the stream. Without a reason: servers before 2.10.4 ignore a reply that has one. */
export const terminate = (connection: Connection, message: Msg): Promise<void> =>
  reply(connection, message, '+TERM', 'terminating a message');

/** Releases an unread message, without waiting: if this is lost with the connection, the message comes back by itself. */
export function release(client: NatsConnection, message: Msg): void {
  if (message.reply && !client.isClosed()) client.publish(message.reply, '-NAK');
}

async function reply(connection: Connection, message: Msg, word: string, doing: string): Promise<void> {
  const reply = message.reply ?? '';
  await ask(connection, doing, () => connection.client.request(reply, word, { timeout: answerMs }));
}
