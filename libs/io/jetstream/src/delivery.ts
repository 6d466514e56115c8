import type { Msg, NatsConnection } from '@nats-io/transport-node';
import type { Connection } from './connection.ts';
import { answerMs, ask } from './request.ts';
import { wholeNanos } from './waiting.ts';

/**
 * What may be said about a delivered message. Each asks for an answer and resolves when the server has taken note; each may
 * be said twice. They are not fenced: the server takes them from any delivery of the message, also an old one.
 */
export const acknowledge = (connection: Connection, message: Msg): Promise<void> =>
  tell(connection, message, '+ACK', 'acknowledging a message');

export const extend = (connection: Connection, message: Msg): Promise<void> =>
  tell(connection, message, '+WPI', 'extending a message');

export const releaseAfter = (connection: Connection, message: Msg, delayMs: number): Promise<void> =>
  tell(
    connection,
    message,
    `-NAK ${JSON.stringify({ delay: wholeNanos(Math.max(0, delayMs)) })}`,
    'releasing a message',
  );

/** Takes a message out of the stream that nobody can read. Without a reason: servers before 2.10.4 ignore one that has. */
export const terminate = (connection: Connection, message: Msg): Promise<void> =>
  tell(connection, message, '+TERM', 'terminating a message');

/** Gives a message back that nobody has looked at, without waiting: lost with the connection, it comes back by itself. */
export function release(client: NatsConnection, message: Msg): void {
  if (message.reply && !client.isClosed()) client.publish(message.reply, '-NAK');
}

async function tell(connection: Connection, message: Msg, word: string, doing: string): Promise<void> {
  const reply = message.reply ?? '';
  await ask(connection, doing, () => connection.client.request(reply, word, { timeout: answerMs }));
}
