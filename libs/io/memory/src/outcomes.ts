import {
  type OutcomeDelivery,
  type OutcomeSink,
  type OutcomeSource,
  partitionOf,
  RetryableError,
} from '@proofmill/contract';
import { type PullTimes, take, waitForChange } from './pull.ts';
import {
  batchesOf,
  type Content,
  firstDelivery,
  mustBeOpen,
  mustHaveConsumers,
  type Stored,
  type Streams,
} from './streams.ts';

/** The worker's side, where outcomes go. */
export function memorySink(
  streams: Streams,
  partitions: number,
  maxOutcomeBytes: number,
  onLoss: (lost: Content) => void,
): OutcomeSink {
  return {
    async publish(partition, batch) {
      mustBeOpen(streams);
      if (partitionOf(partition, partitions) !== partition) throw new Error(`there is no partition ${partition}`);
      if (streams.outcomeBytes + batch.length > maxOutcomeBytes && streams.outcomeBytes > 0) {
        throw new RetryableError('full', 'the outcomes stream has no room now', { afterMs: 200 });
      }
      streams.sequence += 1;
      if (streams.unreadable.has('outcomes')) return onLoss({ batch });
      streams.outcomeBytes += batch.length;
      const hiddenUntilMs = firstDelivery(streams, 'outcomes');
      const stored = { sequence: streams.sequence, content: batch, hiddenUntilMs };
      batchesOf(streams, partition).set(stored.sequence, stored);
      streams.changed.fire();
    },
  };
}

/** The collector's side. */
export function memoryOutcomes(streams: Streams, times: PullTimes, onLoss: (lost: Content) => void): OutcomeSource {
  return {
    async pull(partition, maxMessages, signal) {
      mustHaveConsumers(streams);
      let taken = signal.aborted ? [] : take(batchesOf(streams, partition).values(), maxMessages, times);
      if (taken.length === 0 && !signal.aborted) {
        await waitForChange(streams, times, signal);
        mustHaveConsumers(streams);
        if (!signal.aborted) taken = take(batchesOf(streams, partition).values(), maxMessages, times);
      }
      return taken.map((message) => delivery(message, streams, partition, onLoss));
    },
  };
}

function delivery(
  message: Stored<Uint8Array>,
  streams: Streams,
  partition: number,
  onLoss: (lost: Content) => void,
): OutcomeDelivery {
  return {
    batch: message.content,
    async acknowledge() {
      mustBeOpen(streams);
      const batches = batchesOf(streams, partition);
      const named = batches.get(message.sequence);
      if (!named) return;
      batches.delete(message.sequence);
      streams.outcomeBytes -= named.content.length;
      if (named !== message) onLoss({ batch: named.content });
    },
  };
}
