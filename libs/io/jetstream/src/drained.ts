import { subjects } from '@proofmill/contract';
import { apiOf } from './api.ts';
import type { Connection } from './connection.ts';
import { ask } from './request.ts';
import { streamInfo } from './stream-info.ts';

/**
 * Whether the collector has acknowledged all outcomes of a partition up to `mark`. Two questions. The consumer: are messages
 * pending or in flight? The stream: which is the first message of the partition that it still holds? The consumer alone is not
 * enough: its count of pending messages lags behind the store. The stream alone is not enough either: a damaged message that
 * the consumer skipped stays in it forever.
 *
 * After a loss the consumer may say that it has delivered what the store has not had yet: then it knows nothing of what is stored, and
 * that is not drained. `mend` replaces such a consumer.
 */
export async function isDrained(
  connection: Connection,
  run: string,
  partition: number,
  mark: number,
): Promise<boolean> {
  const stream = subjects.outcomesStream(run);
  const subject = subjects.outcomes(run, partition);
  const doing = `asking whether partition ${partition} is drained`;
  const { manager } = await apiOf(connection);
  const consumer = await ask(connection, doing, () => manager.consumers.info(stream, subjects.collector(partition)));
  const idle = consumer.num_pending === 0 && consumer.num_ack_pending === 0;
  const from = idle ? consumer.delivered.stream_seq + 1 : 1;
  if (from > mark) return !(await isAhead(connection, stream, from - 1, mark));
  const query = { seq: from, next_by_subj: subject };
  const first = await ask(connection, doing, () => manager.streams.getMessage(stream, query));
  if (first !== null) return first.seq > mark;
  if (idle) return true;
  // nats-server 2.9 may not find a message whose neighbours were removed, but still counts it.
  const { state } = await streamInfo(connection, stream, doing, subject);
  return Object.keys(state.subjects ?? {}).length === 0;
}

/** Whether a consumer has delivered more than its stream has ever stored. Beyond the mark it may have, of what was stored since. */
async function isAhead(connection: Connection, stream: string, delivered: number, mark: number): Promise<boolean> {
  if (delivered <= mark) return false;
  const { state } = await streamInfo(connection, stream, 'asking how far the outcomes are');
  return delivered > state.last_seq;
}
