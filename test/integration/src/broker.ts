/** A test's own access to the NATS server, past the roles. */
import { subjects } from '@proofmill/contract';
import { type Connection, connectNats } from '@proofmill/jetstream';

interface ConsumerInfo {
  readonly config: Readonly<Record<string, unknown>>;
  readonly num_ack_pending: number;
}

type Answer<T> = Partial<T> & { readonly error?: unknown };

export interface Broker extends AsyncDisposable {
  /** Tasks of a run that were pulled and are not acknowledged; null while the run does not exist. */
  unacknowledgedTasks(run: string): Promise<number | null>;
  /**
   * Shortens the ack wait of tasks or outcomes, so that those of a dead worker or collector are delivered again sooner; false while the run
   * has no streams. The wait of tasks must stay far longer than a chunk takes. Only time depends on it.
   */
  shortenAckWait(run: string, of: 'tasks' | 'outcomes', ackWaitMs: number): Promise<boolean>;
  /** Deletes the consumer of the workers of a run, or those of its collectors. Gives their names. */
  deleteConsumers(run: string, of: 'tasks' | 'outcomes'): Promise<string[]>;
  /** Stores bytes in a stream, as anybody with the right to publish could. */
  publish(subject: string, bytes: Uint8Array): Promise<void>;
}

export async function openBroker(url: string): Promise<Broker> {
  const connection: Connection = await connectNats({ url, name: 'test' });

  const ask = async <T>(subject: string, payload: string | Uint8Array): Promise<Answer<T>> =>
    (await connection.client.request(subject, payload, { timeout: 5_000 })).json<Answer<T>>();
  const consumersOf = async (stream: string): Promise<string[]> =>
    (await ask<{ consumers: string[] }>(`$JS.API.CONSUMER.NAMES.${stream}`, '')).consumers ?? [];
  const streamOf = (run: string, of: 'tasks' | 'outcomes'): string =>
    of === 'tasks' ? subjects.tasksStream(run) : subjects.outcomesStream(run);
  const workers = (run: string): Promise<Answer<ConsumerInfo>> =>
    ask<ConsumerInfo>(`$JS.API.CONSUMER.INFO.${subjects.tasksStream(run)}.workers`, '');

  return {
    unacknowledgedTasks: async (run) => (await workers(run)).num_ack_pending ?? null,
    async shortenAckWait(run, of, ackWaitMs) {
      const stream = streamOf(run, of);
      const names = await consumersOf(stream);
      for (const name of names) {
        const { config } = await ask<ConsumerInfo>(`$JS.API.CONSUMER.INFO.${stream}.${name}`, '');
        const changed = { stream_name: stream, config: { ...config, ack_wait: ackWaitMs * 1_000_000 } };
        await ask(`$JS.API.CONSUMER.DURABLE.CREATE.${stream}.${name}`, JSON.stringify(changed));
      }
      return names.length > 0;
    },
    async deleteConsumers(run, of) {
      const stream = streamOf(run, of);
      const names = await consumersOf(stream);
      for (const name of names) await ask(`$JS.API.CONSUMER.DELETE.${stream}.${name}`, '');
      return names.sort();
    },
    async publish(subject, bytes) {
      const { stream } = await ask<{ stream: string }>(subject, bytes);
      if (stream === undefined) throw new Error(`nothing stored ${subject}`);
    },
    [Symbol.asyncDispose]: () => connection.close(),
  };
}
