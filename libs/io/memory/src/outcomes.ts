import {
  type OutcomeDelivery,
  type OutcomeSink,
  type OutcomeSource,
  partitionOf,
  RetryableError,
} from '@proofmill/contract';
import { type PullTimes, take, waitForChange } from './pull.ts';
import { batchesOf, mustBeOpen, mustHaveConsumers, type Stored, type Streams } from './streams.ts';

type OnMistakenRemoval = ((removed: { readonly batch: Uint8Array }) => void) | undefined;

/** The worker's side, where outcomes go. */
export function memorySink(streams: Streams, partitions: number, maxOutcomeBytes: number): OutcomeSink {
  return {
    async publish(partition, batch) {
      mustBeOpen(streams);
      if (partitionOf(partition, partitions) !== partition) throw new Error(`there is no partition ${partition}`);
      if (streams.outcomeBytes + batch.length > maxOutcomeBytes && streams.outcomeBytes > 0) {
        throw new RetryableError('full', 'the outcomes stream has no room now', { afterMs: 200 });
      }
      streams.sequence += 1;
      streams.outcomeBytes += batch.length;
      const stored = { sequence: streams.sequence, content: batch, hiddenUntilMs: 0 };
      batchesOf(streams, partition).set(stored.sequence, stored);
      streams.changed.fire();
    },
  };
}

/** The collector's side. */
export function memoryOutcomes(
  streams: Streams,
  times: PullTimes,
  onMistakenRemoval: OnMistakenRemoval,
): OutcomeSource {
  return {
    async pull(partition, maxMessages, signal) {
      mustHaveConsumers(streams);
      let taken = signal.aborted ? [] : take(batchesOf(streams, partition).values(), maxMessages, times);
      if (taken.length === 0 && !signal.aborted) {
        await waitForChange(streams, times, signal);
        mustHaveConsumers(streams);
        if (!signal.aborted) taken = take(batchesOf(streams, partition).values(), maxMessages, times);
      }
      return taken.map((message) => delivery(message, streams, partition, onMistakenRemoval));
    },
  };
}

function delivery(
  message: Stored<Uint8Array>,
  streams: Streams,
  partition: number,
  onMistakenRemoval: OnMistakenRemoval,
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
      if (named !== message) onMistakenRemoval?.({ batch: named.content });
    },
  };
}
