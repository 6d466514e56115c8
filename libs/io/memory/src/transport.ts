/**
 * The transport of one run in memory, with the guarantees of JetStream and no more. A task's message exists at most once by shard
 * and chunk; a message that is not acknowledged within `ackWaitMs` is delivered again; acknowledgements are not fenced (a late
 * acknowledgement of an earlier delivery counts); everything can vanish (`wipe`) and is then recreated by `open`.
 */
import {
  type Clock,
  type Dispatch,
  isSignedDone,
  type OutcomeSink,
  type OutcomeSource,
  type StageFile,
  type Task,
  type TaskSource,
} from '@proofmill/contract';
import { memoryDispatch } from './dispatch.ts';
import { memoryOutcomes, memorySink } from './outcomes.ts';
import { clear, emptyStreams, never, nextPlace, storedIn } from './streams.ts';
import { type DoneCheck, memoryTasks } from './tasks.ts';

export interface MemoryTransportOptions {
  readonly clock: Clock;
  readonly stage: Pick<StageFile, 'run' | 'partitions' | 'doneKey'>;
  /** How long a delivery may stay unacknowledged before it is delivered again. */
  readonly ackWaitMs?: number;
  /** How long a pull waits for a message. */
  readonly pullWaitMs?: number;
  readonly maxTaskBytes?: number;
  readonly maxTasks?: number;
  readonly maxOutcomeBytes?: number;
  /** Which message a worker believes that says that the run is over. Default: one that is signed with the stage's key. */
  readonly isGenuine?: DoneCheck;
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
  /** Loses everything, as if the server's folder were deleted. */
  wipe(): void;
  /** Loses all consumers, as if they were deleted: what is stored stays. */
  loseConsumers(): void;
  /**
   * Stores a message that says that the run is over, as somebody without the key can: with a copy of an earlier signature where there
   * was one. Does nothing where one is stored.
   */
  forgeDone(): void;
  /** Delivers nothing of what is stored now, as a consumer whose state is ahead of a store that has lost its last blocks. */
  loseSight(): void;
}

export function memoryTransport(options: MemoryTransportOptions): MemoryTransport {
  const { clock, stage, ackWaitMs = 60_000, pullWaitMs = 1000, onMistakenRemoval } = options;
  const { run, partitions, doneKey } = stage;
  const { isGenuine = (done) => isSignedDone(doneKey, done) } = options;
  const { maxTaskBytes = 64 * 1024 * 1024, maxTasks = 4096, maxOutcomeBytes = 64 * 1024 * 1024 } = options;
  const streams = emptyStreams();
  const times = { clock, ackWaitMs, pullWaitMs };
  return {
    dispatch: memoryDispatch(streams, run, clock, { bytes: maxTaskBytes, tasks: maxTasks }),
    tasks: memoryTasks(streams, times, isGenuine, onMistakenRemoval),
    sink: memorySink(streams, partitions, maxOutcomeBytes),
    outcomes: memoryOutcomes(streams, times, onMistakenRemoval),
    wipe: () => clear(streams),
    loseConsumers() {
      streams.hasConsumers = false;
      streams.changed.fire();
    },
    forgeDone() {
      if (!streams.isOpen || streams.done) return;
      streams.done = { run, place: nextPlace(streams), signature: streams.lastSignature };
      streams.sequence += 1;
      streams.changed.fire();
    },
    loseSight() {
      for (const message of storedIn(streams)) message.hiddenUntilMs = never;
    },
  };
}
