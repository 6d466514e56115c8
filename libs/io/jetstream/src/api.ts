import { type JetStreamClient, type JetStreamManager, jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { Connection } from './connection.ts';
import { answerMs } from './request.ts';

/** The two halves of the client. `checkAPI: false`: the check takes a permission that a worker need not have. */
export interface Api {
  readonly client: JetStreamClient;
  readonly manager: JetStreamManager;
}

const apis = new WeakMap<Connection, Promise<Api>>();

export function apiOf(connection: Connection): Promise<Api> {
  const known = apis.get(connection);
  if (known) return known;
  const made = jetstreamManager(connection.client, { checkAPI: false, timeout: answerMs }).then((manager) => ({
    client: jetstream(connection.client, { timeout: answerMs }),
    manager,
  }));
  apis.set(connection, made);
  return made;
}
