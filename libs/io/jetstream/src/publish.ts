import { JetStreamApiError } from '@nats-io/jetstream';
import type { MsgHdrs } from '@nats-io/transport-node';
import { apiOf } from './api.ts';
import type { Connection } from './connection.ts';
import { answerMs, ask } from './request.ts';

/** "stream store failed", with the limit that was reached as its text. */
const storeFailed = 10077;

/**
 * Stores a message. `present`: its subject already holds a message. `full`: the stream has no room. A message whose answer is
 * late is sent again, so it may be stored twice if the subject allows it.
 *
 * No message id: with one the server would drop equal bytes that are sent again on purpose, because the first were lost.
 */
export async function store(
  connection: Connection,
  subject: string,
  payload: Uint8Array,
  doing: string,
  headers?: MsgHdrs,
): Promise<'stored' | 'present' | 'full'> {
  const { client } = await apiOf(connection);
  return ask(connection, doing, async () => {
    try {
      await client.publish(subject, payload, { timeout: answerMs, ...(headers ? { headers } : {}) });
      return 'stored';
    } catch (error) {
      if (error instanceof JetStreamApiError && error.code === storeFailed) {
        if (error.message.includes('maximum messages per subject')) return 'present';
        if (/maximum (bytes|messages)/.test(error.message)) return 'full';
      }
      throw error;
    }
  });
}
