import {
  AckPolicy,
  type ConsumerConfig,
  DiscardPolicy,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from '@nats-io/jetstream';
import { subjects } from '@proofmill/contract';
import { wholeNanos } from './waiting.ts';

/** The sizes and times of a run's streams. */
export interface Limits {
  /** Bytes of queued and in-flight tasks; publishing answers `full` beyond. Default: 256 MiB. */
  readonly tasksBytes?: number;
  /** Bytes of outcomes that no collector has acknowledged yet. Default: 256 MiB. */
  readonly outcomesBytes?: number;
  /** How long a task stays with a worker that does not extend it. Default: 60 s. */
  readonly ackWaitMs?: number;
  /** Tasks in flight in the whole fleet; at least twice its slots. Default: 65,536. */
  readonly tasksInFlight?: number;
  /** Workers that may wait for a task at the same time. Default: 4,096. */
  readonly waitingWorkers?: number;
  /** Copies of each stream in a NATS cluster: 3 if it has that many servers. Default: 1. */
  readonly replicas?: number;
}

const streamBytes = 256 * 1024 * 1024;

/** The settings that are requested and then checked; the rest is left to the server. */
export type WantedStream = Pick<StreamConfig, 'name' | 'subjects'> & Partial<StreamConfig>;
export type WantedConsumer = Partial<ConsumerConfig> & { durable_name: string };

/** Tasks: at most one message a chunk, so that publishing is idempotent by subject, without a clock or an id. */
export function tasksStream(run: string, limits: Limits): WantedStream {
  return {
    ...common(limits),
    name: subjects.tasksStream(run),
    subjects: [subjects.tasks(run), subjects.done(run)],
    max_bytes: limits.tasksBytes ?? streamBytes,
    max_msgs_per_subject: 1,
    discard_new_per_subject: true,
    // For the only question of a worker: is there a `done` message?
    allow_direct: true,
  };
}

export function outcomesStream(run: string, limits: Limits): WantedStream {
  return {
    ...common(limits),
    name: subjects.outcomesStream(run),
    subjects: [subjects.allOutcomes(run)],
    max_bytes: limits.outcomesBytes ?? streamBytes,
  };
}

/** `discard: new` makes a full stream refuse; the server's default drops unread messages. */
const common = (limits: Limits) => ({
  retention: RetentionPolicy.Workqueue,
  storage: StorageType.File,
  discard: DiscardPolicy.New,
  num_replicas: limits.replicas ?? 1,
});

/** The durable that all workers share. Its filter leaves the `done` message for each of them to read. */
export function workersConsumer(run: string, limits: Limits): WantedConsumer {
  return {
    ...commonConsumer(limits),
    durable_name: subjects.workers,
    filter_subject: subjects.tasks(run),
    max_ack_pending: limits.tasksInFlight ?? 65_536,
    max_waiting: limits.waitingWorkers ?? 4_096,
  };
}

export function collectorConsumer(run: string, partition: number, limits: Limits): WantedConsumer {
  return {
    ...commonConsumer(limits),
    durable_name: subjects.collector(partition),
    filter_subject: subjects.outcomes(run, partition),
    max_ack_pending: 16_384,
  };
}

/** Without a limit of deliveries: beyond it a work queue would keep the message and never deliver it. */
const commonConsumer = (limits: Limits) => ({
  ack_policy: AckPolicy.Explicit,
  ack_wait: wholeNanos(limits.ackWaitMs ?? 60_000),
  max_deliver: -1,
});
