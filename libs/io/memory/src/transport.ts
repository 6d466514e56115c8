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
  type TaskSource,
} from '@proofmill/contract';
import { type Change, copyOf, loseEnd, type MemoryCopy, restore, spoil } from './damage.ts';
import { memoryDispatch } from './dispatch.ts';
import { memoryOutcomes, memorySink } from './outcomes.ts';
import {
  type Content,
  clear,
  emptyStreams,
  never,
  nextPlace,
  type StreamKind,
  type Streams,
  storedIn,
} from './streams.ts';
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
   * Called with a message that is lost without an acknowledgement of its own: a pre-loss acknowledgement removed it (after a loss the
   * numbers of messages start again, and an acknowledgement names a number), or its stream cannot be read.
   */
  readonly onLoss?: (lost: Content) => void;
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
  /** What is stored now, for `restore` and `loseEnd`. */
  copy(): MemoryCopy;
  /** See damage.ts; each gives what it has changed. They do nothing to a run that is over, or whose streams do not exist. */
  restore(copy: MemoryCopy): Change;
  loseEnd(kind: StreamKind, copy: MemoryCopy): Change;
  spoil(kind: StreamKind): Change;
}

export function memoryTransport(options: MemoryTransportOptions): MemoryTransport {
  const { clock, stage, ackWaitMs = 60_000, pullWaitMs = 1000, onLoss = () => undefined } = options;
  const { run, partitions, doneKey } = stage;
  const { isGenuine = (done) => isSignedDone(doneKey, done) } = options;
  const { maxTaskBytes = 64 * 1024 * 1024, maxTasks = 4096, maxOutcomeBytes = 64 * 1024 * 1024 } = options;
  const streams = emptyStreams();
  const times = { clock, ackWaitMs, pullWaitMs };
  return {
    dispatch: memoryDispatch(streams, run, clock, { bytes: maxTaskBytes, tasks: maxTasks }, onLoss),
    tasks: memoryTasks(streams, times, isGenuine, onLoss),
    sink: memorySink(streams, partitions, maxOutcomeBytes, onLoss),
    outcomes: memoryOutcomes(streams, times, onLoss),
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
    copy: () => copyOf(streams),
    restore: (copy) => (isUnderWay(streams) && copy.streams.isOpen ? restore(streams, copy) : nothing),
    loseEnd: (kind, copy) => (isUnderWay(streams) && copy.streams.isOpen ? loseEnd(streams, kind, copy) : nothing),
    spoil: (kind) => (isUnderWay(streams) ? spoil(streams, kind) : nothing),
  };
}

const nothing: Change = { lost: [], returned: [] };
const isUnderWay = ({ isOpen, done }: Streams): boolean => isOpen && done === null;
