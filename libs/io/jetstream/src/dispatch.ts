import type { StreamInfo } from '@nats-io/jetstream';
import { headers } from '@nats-io/transport-node';
import {
  ConfigurationError,
  type Dispatch,
  parseTaskSubject,
  RetryableError,
  subjects,
  UnavailableError,
} from '@proofmill/contract';
import { apiOf } from './api.ts';
import type { Connection } from './connection.ts';
import { ensureConsumer, ensureStream } from './ensure.ts';
import { isNoResponders } from './errors.ts';
import { store } from './publish.ts';
import { ask } from './request.ts';
import { collectorConsumer, type Limits, outcomesStream, tasksStream, workersConsumer } from './streams.ts';
import { taskHeaderName } from './tasks.ts';

export interface DispatchOptions extends Limits {
  readonly run: string;
  /** P of the plan: one durable consumer of outcomes for each. */
  readonly partitions: number;
}

/**
 * The coordinator's side on JetStream. `open` also revokes an earlier `done`, because a coordinator that opens a run has work for
 * it; several coordinators may open at the same time.
 */
export function jetstreamDispatch(connection: Connection, options: DispatchOptions): Dispatch {
  const { run, partitions } = options;
  const tasks = tasksStream(run, options);
  const outcomes = outcomesStream(run, options);

  const info = async (stream: string, doing: string, filter?: string): Promise<StreamInfo> => {
    const { manager } = await apiOf(connection);
    return ask(connection, doing, () => manager.streams.info(stream, filter ? { subjects_filter: filter } : undefined));
  };

  return {
    async open() {
      const { manager } = await apiOf(connection);
      try {
        await ensureStream(connection, manager, tasks);
      } catch (error) {
        throw withoutJetStream(connection, error);
      }
      await ensureStream(connection, manager, outcomes);
      await ensureConsumer(connection, manager, tasks.name, workersConsumer(run, options));
      for (let from = 0; from < partitions; from += 32) {
        const group = Array.from({ length: Math.min(32, partitions - from) }, (_, index) =>
          ensureConsumer(connection, manager, outcomes.name, collectorConsumer(run, from + index, options)),
        );
        await Promise.all(group);
      }
      await ask(connection, 'opening the run', () => manager.streams.purge(tasks.name, { filter: subjects.done(run) }));
    },

    publish({ header, frame }) {
      const attached = headers();
      attached.set(taskHeaderName, JSON.stringify(header));
      return store(connection, subjects.task(run, header.shard, header.chunk), frame, 'publishing a task', attached);
    },

    async queued(shard) {
      const { state } = await info(tasks.name, 'asking what is queued', subjects.tasksOfShard(run, shard));
      const chunks = new Set<number>();
      for (const subject of Object.keys(state.subjects ?? {})) {
        const parsed = parseTaskSubject(subject);
        if (parsed?.shard === shard) chunks.add(parsed.chunk);
      }
      return chunks;
    },

    async mark() {
      return (await info(outcomes.name, 'asking how far the outcomes are')).state.last_seq;
    },

    /**
     * Two questions. The consumer: are messages pending or in flight? The stream: which is the first message of the partition
     * that it still holds? The consumer alone is not enough: its count of pending messages lags behind the store. The stream
     * alone is not enough either: a damaged message that the consumer skipped stays in it forever.
     */
    async drained(partition, mark) {
      const { manager } = await apiOf(connection);
      const doing = `asking whether partition ${partition} is drained`;
      const consumer = await ask(connection, doing, () =>
        manager.consumers.info(outcomes.name, subjects.collector(partition)),
      );
      const idle = consumer.num_pending === 0 && consumer.num_ack_pending === 0;
      const from = idle ? consumer.delivered.stream_seq + 1 : 1;
      if (from > mark) return true;
      const query = { seq: from, next_by_subj: subjects.outcomes(run, partition) };
      const first = await ask(connection, doing, () => manager.streams.getMessage(outcomes.name, query));
      if (first !== null) return first.seq > mark;
      if (idle) return true;
      // nats-server 2.9 may not find a message whose neighbours were removed, but still counts it.
      const { state } = await info(outcomes.name, doing, subjects.outcomes(run, partition));
      return Object.keys(state.subjects ?? {}).length === 0;
    },

    async announceDone() {
      const answer = await store(connection, subjects.done(run), new Uint8Array(), 'announcing that the run is done');
      if (answer === 'full')
        throw new RetryableError('full', 'The tasks stream has no room for the message that the run is done.');
    },

    async remove() {
      const { manager } = await apiOf(connection);
      for (const stream of [tasks.name, outcomes.name]) {
        try {
          await ask(connection, `removing ${stream}`, () => manager.streams.delete(stream));
        } catch (error) {
          if (!(error instanceof UnavailableError && error.code === 'stream-missing')) throw error;
        }
      }
    },
  };
}

/** If even the API's own subjects have no listener, the stream is not what is missing. */
function withoutJetStream(connection: Connection, error: unknown): unknown {
  if (!isNoResponders(error)) return error;
  if (connection.client.info?.jetstream) {
    return new UnavailableError('nats-unavailable', 'JetStream does not answer (has its cluster a leader?).', {
      cause: error,
    });
  }
  return new ConfigurationError(`The NATS server at ${connection.servers} runs without JetStream: start it with -js.`, {
    cause: error,
  });
}
