import type { StreamInfo } from '@nats-io/jetstream';
import { apiOf } from './api.ts';
import type { Connection } from './connection.ts';
import { ask } from './request.ts';

/** What the server says about a stream; `state.subjects` counts the messages of each subject that matches `filter`. */
export async function streamInfo(
  connection: Connection,
  stream: string,
  doing: string,
  filter?: string,
): Promise<StreamInfo> {
  const { manager } = await apiOf(connection);
  return ask(connection, doing, () => manager.streams.info(stream, filter ? { subjects_filter: filter } : undefined));
}
