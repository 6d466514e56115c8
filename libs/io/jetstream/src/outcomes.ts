import { type OutcomeSink, type OutcomeSource, RetryableError, subjects } from '@proofmill/contract';
import { apiOf } from './api.ts';
import type { Connection } from './connection.ts';
import { acknowledge } from './delivery.ts';
import { store } from './publish.ts';
import { pullMessages } from './pull.ts';
import { ask } from './request.ts';

/** The worker's way to the collectors. A full stream is a RetryableError: the collectors are slower than the workers. */
export function jetstreamOutcomeSink(connection: Connection, { run }: { readonly run: string }): OutcomeSink {
  return {
    async publish(partition, batch) {
      const answer = await store(connection, subjects.outcomes(run, partition), batch, 'publishing outcomes');
      if (answer !== 'stored') {
        throw new RetryableError('full', 'The outcomes stream is full: the collectors are slower than the workers.', {
          afterMs: 500,
        });
      }
    },
  };
}

export interface OutcomesOptions {
  readonly run: string;
  /** How long a pull waits for the first batch. Default: 1 s. */
  readonly waitMs?: number;
}

/** The collector's side on JetStream: one durable consumer for each partition, which the coordinator makes. */
export function jetstreamOutcomes(connection: Connection, { run, waitMs = 1_000 }: OutcomesOptions): OutcomeSource {
  const stream = subjects.outcomesStream(run);
  return {
    async pull(partition, maxMessages, signal) {
      const consumer = subjects.collector(partition);
      const doing = `pulling outcomes of partition ${partition}`;
      const confirm = async (): Promise<void> => {
        const { manager } = await apiOf(connection);
        await ask(connection, doing, () => manager.consumers.info(stream, consumer));
      };
      const messages = await pullMessages(
        connection,
        { stream, consumer, batch: maxMessages, waitMs, doing, confirm },
        signal,
      );
      return messages.map((message) => ({
        batch: message.data,
        acknowledge: () => acknowledge(connection, message),
      }));
    },
  };
}
