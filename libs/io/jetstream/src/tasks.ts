import type { Msg } from '@nats-io/transport-node';
import { subjects, type TaskDelivery, type TaskHeader, type TaskSource, taskHeaderSchema } from '@proofmill/contract';
import { apiOf } from './api.ts';
import type { Connection } from './connection.ts';
import { acknowledge, extend, releaseAfter, terminate } from './delivery.ts';
import { doneNotice } from './done.ts';
import { pullMessages } from './pull.ts';
import { ask } from './request.ts';
import { orAborted } from './waiting.ts';

/** The subject of a task: a chunk's, or that of the first item to take over. */
export const subjectOf = (run: string, { shard, chunk, takeOver, only }: TaskHeader): string =>
  takeOver ? subjects.takeOver(run, shard, only?.[0] ?? 0) : subjects.task(run, shard, chunk);

/** The header of a task message that holds the TaskHeader as JSON. */
export const taskHeaderName = 'Pm-Task';

export interface TasksOptions {
  readonly run: string;
  /** The public key of the run's coordinator, as stage.json has it. Without it no message ends the worker. */
  readonly doneKey?: string | undefined;
  /** How long a pull waits for the first task. Default: 2 s. */
  readonly waitMs?: number;
}

/**
 * The worker's side on JetStream. A message that is no task of this run is removed from the stream and logged. After an abort,
 * or when the run is done, a pull gives nothing, and messages that were on their way to it go back to the queue.
 */
export function jetstreamTasks(connection: Connection, { run, doneKey, waitMs = 2_000 }: TasksOptions): TaskSource {
  const stream = subjects.tasksStream(run);
  const doing = 'pulling tasks';
  const done = doneNotice(connection, { run, doneKey });
  const confirm = async (): Promise<void> => {
    const { manager } = await apiOf(connection);
    await ask(connection, doing, () => manager.consumers.info(stream, subjects.workers));
  };

  return {
    async pull(max, signal) {
      const known = await orAborted(done.known(), signal);
      if (known === 'aborted') return [];
      if (known) return 'done';
      const messages = await pullMessages(
        connection,
        { stream, consumer: subjects.workers, batch: max, waitMs, doing, confirm },
        AbortSignal.any([signal, done.signal]),
      );
      if (messages.length === 0 && done.signal.aborted) return 'done';
      const deliveries: TaskDelivery[] = [];
      for (const message of messages) {
        const header = readHeader(message, run);
        if (header) deliveries.push(delivery(connection, message, header));
        else await discard(connection, message);
      }
      return deliveries;
    },
  };
}

function delivery(connection: Connection, message: Msg, header: TaskHeader): TaskDelivery {
  return {
    header,
    frame: message.data,
    acknowledge: () => acknowledge(connection, message),
    release: (delayMs) => releaseAfter(connection, message, delayMs),
    extend: () => extend(connection, message),
  };
}

/** The header, or null if it is invalid, or of another run or chunk than its subject. */
function readHeader(message: Msg, run: string): TaskHeader | null {
  let value: unknown;
  try {
    value = JSON.parse(message.headers?.get(taskHeaderName) ?? '');
  } catch {
    return null;
  }
  const header = taskHeaderSchema.safeParse(value).data;
  if (header?.run !== run || message.subject !== subjectOf(run, header)) return null;
  return header;
}

/** The coordinator finds that the chunk is no longer queued and sends it again. */
async function discard(connection: Connection, message: Msg): Promise<void> {
  connection.log('dropped a message that is no task of this run', { subject: message.subject });
  try {
    await terminate(connection, message);
  } catch (error) {
    // It comes back after the ack wait, and is then dropped again.
    connection.log('could not terminate it', { subject: message.subject, reason: String(error) });
  }
}
