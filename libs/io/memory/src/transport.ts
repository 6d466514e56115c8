/**
 * The transport of one run in memory, with the guarantees of JetStream and no more. A task's message exists at most once by shard
 * and chunk; a message that is not acknowledged within `ackWaitMs` is delivered again; acknowledgements are not fenced (a late
 * acknowledgement of an earlier delivery counts); everything can vanish (`wipe`) and is then recreated by `open`.
 */
import {
  type Clock,
  type Dispatch,
  type OutcomeDelivery,
  type OutcomeSink,
  type OutcomeSource,
  partitionOf,
  RetryableError,
  type Task,
  type TaskDelivery,
  type TaskSource,
  UnavailableError,
} from '@proofmill/contract';
import { changeSignal } from './change-signal.ts';

export interface MemoryTransportOptions {
  readonly clock: Clock;
  readonly partitions: number;
  /** How long a delivery may stay unacknowledged before it is delivered again. */
  readonly ackWaitMs?: number;
  /** How long a pull waits for a message. */
  readonly pullWaitMs?: number;
  readonly maxTaskBytes?: number;
  readonly maxOutcomeBytes?: number;
  /**
   * Called when a pre-loss acknowledgement removed a message that was never acknowledged: after a loss the sequence numbers
   * start again, and an acknowledgement names a number.
   */
  readonly onMistakenRemoval?: (removed: { readonly task: Task } | { readonly batch: Uint8Array }) => void;
}

export interface MemoryTransport {
  readonly dispatch: Dispatch;
  readonly tasks: TaskSource;
  readonly sink: OutcomeSink;
  readonly outcomes: OutcomeSource;
  /** Loses everything, as when the folder of the server is deleted under it. */
  wipe(): void;
}

interface Stored<Content> {
  readonly sequence: number;
  readonly content: Content;
  /** Not delivered until this time. 0: it may be pulled now. */
  hiddenUntilMs: number;
}

export function memoryTransport(options: MemoryTransportOptions): MemoryTransport {
  const { clock, partitions, ackWaitMs = 60_000, pullWaitMs = 1000 } = options;
  const { maxTaskBytes = 64 * 1024 * 1024, maxOutcomeBytes = 64 * 1024 * 1024 } = options;
  const changed = changeSignal();
  let open = false;
  let done = false;
  let sequence = 0;
  let taskBytes = 0;
  let outcomeBytes = 0;
  const tasks = new Map<string, Stored<Task>>();
  const outcomes = new Map<number, Map<number, Stored<Uint8Array>>>();

  const keyOf = (task: Task): string => `${task.header.shard}/${task.header.chunk}`;
  const mustBeOpen = (): void => {
    if (!open) throw new UnavailableError('stream-missing', 'the streams of the run do not exist');
  };
  const outcomesOf = (partition: number): Map<number, Stored<Uint8Array>> => {
    const found = outcomes.get(partition) ?? new Map<number, Stored<Uint8Array>>();
    outcomes.set(partition, found);
    return found;
  };

  const take = <Content>(stored: Iterable<Stored<Content>>, max: number): Stored<Content>[] => {
    const taken: Stored<Content>[] = [];
    const now = clock.now();
    for (const message of stored) {
      if (taken.length >= max) break;
      if (message.hiddenUntilMs > now) continue;
      message.hiddenUntilMs = now + ackWaitMs;
      taken.push(message);
    }
    return taken;
  };

  const waitForChange = async (signal: AbortSignal): Promise<void> => {
    const awake = new AbortController();
    await Promise.race([changed.next(), clock.sleep(pullWaitMs, AbortSignal.any([signal, awake.signal]))]);
    awake.abort();
  };

  const clear = (): void => {
    open = false;
    done = false;
    // As in NATS: after a loss the numbers start again.
    sequence = 0;
    taskBytes = 0;
    outcomeBytes = 0;
    tasks.clear();
    outcomes.clear();
    changed.fire();
  };

  const deliver = (message: Stored<Task>): TaskDelivery => {
    const key = keyOf(message.content);
    const current = (): Stored<Task> | undefined => {
      const found = tasks.get(key);
      return found?.sequence === message.sequence ? found : undefined;
    };
    return {
      header: message.content.header,
      frame: message.content.frame,
      async acknowledge() {
        mustBeOpen();
        const found = current();
        if (!found) return;
        tasks.delete(key);
        taskBytes -= found.content.frame.length;
        if (found !== message) options.onMistakenRemoval?.({ task: found.content });
      },
      async release(delayMs) {
        const found = current();
        if (found) found.hiddenUntilMs = clock.now() + delayMs;
        changed.fire();
      },
      async extend() {
        const found = current();
        if (found) found.hiddenUntilMs = clock.now() + ackWaitMs;
      },
    };
  };

  return {
    wipe: clear,

    dispatch: {
      async open() {
        open = true;
        done = false;
      },
      async publish(task) {
        mustBeOpen();
        if (tasks.has(keyOf(task))) return 'present';
        if (taskBytes + task.frame.length > maxTaskBytes && tasks.size > 0) return 'full';
        sequence += 1;
        taskBytes += task.frame.length;
        tasks.set(keyOf(task), { sequence, content: task, hiddenUntilMs: 0 });
        changed.fire();
        return 'stored';
      },
      async queued(shard) {
        mustBeOpen();
        const ofShard = [...tasks.values()].filter((message) => message.content.header.shard === shard);
        return new Set(ofShard.map((message) => message.content.header.chunk));
      },
      async mark() {
        mustBeOpen();
        return sequence;
      },
      async drained(partition, mark) {
        mustBeOpen();
        return [...outcomesOf(partition).keys()].every((stored) => stored > mark);
      },
      async announceDone() {
        mustBeOpen();
        done = true;
        changed.fire();
      },
      async remove() {
        const wasDone = done;
        clear();
        done = wasDone;
      },
    },

    tasks: {
      async pull(max, signal) {
        if (done) return 'done';
        mustBeOpen();
        let taken = signal.aborted ? [] : take(tasks.values(), max);
        if (taken.length === 0 && !signal.aborted) {
          await waitForChange(signal);
          if (done) return 'done';
          mustBeOpen();
          if (!signal.aborted) taken = take(tasks.values(), max);
        }
        return taken.map(deliver);
      },
    },

    sink: {
      async publish(partition, batch) {
        mustBeOpen();
        if (partitionOf(partition, partitions) !== partition) throw new Error(`there is no partition ${partition}`);
        if (outcomeBytes + batch.length > maxOutcomeBytes && outcomeBytes > 0) {
          throw new RetryableError('full', 'the outcomes stream has no room now', { afterMs: 200 });
        }
        sequence += 1;
        outcomeBytes += batch.length;
        outcomesOf(partition).set(sequence, { sequence, content: batch, hiddenUntilMs: 0 });
        changed.fire();
      },
    },

    outcomes: {
      async pull(partition, maxMessages, signal) {
        mustBeOpen();
        let taken = signal.aborted ? [] : take(outcomesOf(partition).values(), maxMessages);
        if (taken.length === 0 && !signal.aborted) {
          await waitForChange(signal);
          mustBeOpen();
          if (!signal.aborted) taken = take(outcomesOf(partition).values(), maxMessages);
        }
        return taken.map(
          (message): OutcomeDelivery => ({
            batch: message.content,
            async acknowledge() {
              mustBeOpen();
              const found = outcomesOf(partition).get(message.sequence);
              if (!found) return;
              outcomesOf(partition).delete(message.sequence);
              outcomeBytes -= found.content.length;
              if (found !== message) options.onMistakenRemoval?.({ batch: found.content });
            },
          }),
        );
      },
    },
  };
}
