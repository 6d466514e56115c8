/**
 * Gathers outcome frames by partition and publishes them: when a batch is large enough, or when it is old enough. Each frame's
 * caller learns when it is stored. A batch that cannot be published is tried again until it can, or until the transport has been
 * away too long.
 */
import { bounds, type Chance, type Clock, isTemporary, type OutcomeSink, RetryableError } from '@proofmill/contract';

const longestWaitMs = 10_000;
/** The first wait for a transport that is away. */
const unavailableWaitMs = 500;

interface Batch {
  readonly frames: Uint8Array[];
  bytes: number;
  stored: Promise<void>;
  /** Publishes the batch now. */
  readonly close: () => void;
}

export interface OutcomeBatchesOptions {
  readonly sink: OutcomeSink;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly transportDownMs: number;
  readonly batchAgeMs: number;
  readonly signal: AbortSignal;
}

export class OutcomeBatches {
  readonly #options: OutcomeBatchesOptions;
  readonly #open = new Map<number, Batch>();
  #pendingBytes = 0;

  constructor(options: OutcomeBatchesOptions) {
    this.#options = options;
  }

  /** Bytes that are not stored yet. */
  get pendingBytes(): number {
    return this.#pendingBytes;
  }

  /** Resolves when the frame is stored by the transport. */
  add(partition: number, frame: Uint8Array): Promise<void> {
    this.#pendingBytes += frame.length;
    const batch = this.#batchFor(partition, frame.length);
    batch.frames.push(frame);
    batch.bytes += frame.length;
    if (batch.bytes >= bounds.batchBytes) this.#close(partition, batch);
    return batch.stored;
  }

  /** The open batch of a partition, if the frame fits in; otherwise a new one. */
  #batchFor(partition: number, frameBytes: number): Batch {
    const batch = this.#open.get(partition);
    if (batch && batch.bytes + frameBytes <= bounds.batchBytes) return batch;
    if (batch) this.#close(partition, batch);
    return this.#openBatch(partition);
  }

  #close(partition: number, batch: Batch): void {
    this.#open.delete(partition);
    batch.close();
  }

  #openBatch(partition: number): Batch {
    const { clock, batchAgeMs, signal } = this.#options;
    const closed = new AbortController();
    const batch: Batch = { frames: [], bytes: 0, stored: Promise.resolve(), close: () => closed.abort() };
    const isDue = clock.sleep(batchAgeMs, AbortSignal.any([closed.signal, signal]));
    batch.stored = isDue.then(() => this.#publish(partition, batch));
    this.#open.set(partition, batch);
    return batch;
  }

  async #publish(partition: number, batch: Batch): Promise<void> {
    if (this.#open.get(partition) === batch) this.#open.delete(partition);
    try {
      await publishUntilStored(partition, Buffer.concat(batch.frames), this.#options);
    } finally {
      this.#pendingBytes -= batch.bytes;
    }
  }
}

/** Resolves when the batch is stored. Rejects with the signal's reason, or when the transport was away too long. */
async function publishUntilStored(partition: number, batch: Uint8Array, options: OutcomeBatchesOptions): Promise<void> {
  const { sink, clock, chance, transportDownMs, signal } = options;
  const sinceMs = clock.now();
  for (let attempt = 0; ; attempt += 1) {
    signal.throwIfAborted();
    try {
      return await sink.publish(partition, batch);
    } catch (error) {
      if (!isTemporary(error)) throw error;
      const isFull = error instanceof RetryableError && error.code === 'full';
      // A full stream is back-pressure, not an outage: it is waited for without a limit.
      if (!isFull && clock.now() - sinceMs > transportDownMs) throw error;
      const firstWaitMs = error instanceof RetryableError ? error.afterMs : unavailableWaitMs;
      await clock.sleep(Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(attempt, 5)) * (0.5 + chance()), signal);
    }
  }
}
