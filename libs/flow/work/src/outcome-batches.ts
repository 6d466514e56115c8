/**
 * Gathers outcome frames by partition and publishes them: when a batch is large enough, when it is old enough, or when
 * somebody drains. Whoever adds a frame learns when it is stored. What cannot be published now is tried again until it can,
 * or until the transport has been away for too long.
 */
import {
  bounds,
  type Chance,
  type Clock,
  type OutcomeSink,
  RetryableError,
  UnavailableError,
} from '@proofmill/contract';

export interface OutcomeBatches {
  /** Resolves when the frame is stored by the transport. */
  add(partition: number, frame: Uint8Array): Promise<void>;
  /** Bytes that are not stored yet. */
  readonly pendingBytes: number;
}

interface Batch {
  frames: Uint8Array[];
  bytes: number;
  stored: Promise<void>;
  close: () => void;
}

export function outcomeBatches(options: {
  sink: OutcomeSink;
  clock: Clock;
  chance: Chance;
  transportDownMs: number;
  batchAgeMs: number;
  signal: AbortSignal;
}): OutcomeBatches {
  const { sink, clock, chance, transportDownMs, batchAgeMs, signal } = options;
  const open = new Map<number, Batch>();
  let pendingBytes = 0;

  const openBatch = (partition: number): Batch => {
    const full = new AbortController();
    const batch: Batch = { frames: [], bytes: 0, stored: Promise.resolve(), close: () => full.abort() };
    batch.stored = clock.sleep(batchAgeMs, AbortSignal.any([full.signal, signal])).then(() => {
      if (open.get(partition) === batch) open.delete(partition);
      return publish(partition, Buffer.concat(batch.frames)).finally(() => {
        pendingBytes -= batch.bytes;
      });
    });
    open.set(partition, batch);
    return batch;
  };

  const publish = async (partition: number, bytes: Uint8Array): Promise<void> => {
    const since = clock.now();
    for (let attempt = 0; ; attempt += 1) {
      signal.throwIfAborted();
      try {
        return await sink.publish(partition, bytes);
      } catch (error) {
        const passing = error instanceof RetryableError || error instanceof UnavailableError;
        const full = error instanceof RetryableError && error.code === 'full';
        if (!passing || (!full && clock.now() - since > transportDownMs)) throw error;
        const base = error instanceof RetryableError ? error.afterMs : 500;
        await clock.sleep(Math.min(10_000, base * 2 ** Math.min(attempt, 5)) * (0.5 + chance()), signal);
      }
    }
  };

  return {
    get pendingBytes() {
      return pendingBytes;
    },
    add(partition, frame) {
      pendingBytes += frame.length;
      const current = open.get(partition);
      const fits = current && current.bytes + frame.length <= bounds.batchBytes;
      if (current && !fits) {
        open.delete(partition);
        current.close();
      }
      const batch = current && fits ? current : openBatch(partition);
      batch.frames.push(frame);
      batch.bytes += frame.length;
      if (batch.bytes >= bounds.batchBytes) {
        open.delete(partition);
        batch.close();
      }
      return batch.stored;
    },
  };
}
