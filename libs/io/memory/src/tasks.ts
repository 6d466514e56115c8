import type { DoneMessage, Task, TaskDelivery, TaskSource } from '@proofmill/contract';
import { type PullTimes, take, waitForChange } from './pull.ts';
import { type Content, mustBeOpen, mustHaveConsumers, type Stored, type Streams, taskKey } from './streams.ts';

/** Whether a message of the run's end is its coordinator's. */
export type DoneCheck = (done: DoneMessage) => boolean;

/** The worker's side, where tasks come from. */
export function memoryTasks(
  streams: Streams,
  times: PullTimes,
  isGenuine: DoneCheck,
  onLoss: (lost: Content) => void,
): TaskSource {
  const { tasks } = streams;
  let refused: DoneMessage | null = null;
  const isDone = (): boolean => {
    const { done } = streams;
    if (done === null || done === refused) return false;
    if (isGenuine(done)) return true;
    refused = done;
    return false;
  };
  const deliver = (message: Stored<Task>): TaskDelivery => delivery(message, streams, times, onLoss);
  const takeTasks = (max: number): Stored<Task>[] =>
    streams.unreadable.has('tasks') ? [] : take(tasks.values(), max, times);
  return {
    async pull(max, signal) {
      if (isDone()) return 'done';
      mustHaveConsumers(streams);
      let taken = signal.aborted ? [] : takeTasks(max);
      if (taken.length === 0 && !signal.aborted) {
        streams.waitingForTasks += 1;
        await waitForChange(streams, times, signal).finally(() => {
          streams.waitingForTasks -= 1;
        });
        if (isDone()) return 'done';
        mustHaveConsumers(streams);
        if (!signal.aborted) taken = takeTasks(max);
      }
      return taken.map(deliver);
    },
  };
}

function delivery(
  message: Stored<Task>,
  streams: Streams,
  { clock, ackWaitMs }: PullTimes,
  onLoss: (lost: Content) => void,
): TaskDelivery {
  const key = taskKey(message.content);
  return {
    header: message.content.header,
    frame: message.content.frame,
    async acknowledge() {
      mustBeOpen(streams);
      const named = messageAt(key, message.sequence, streams);
      if (!named) return;
      streams.tasks.delete(key);
      streams.taskBytes -= named.content.frame.length;
      if (named !== message) onLoss({ task: named.content });
    },
    async release(delayMs) {
      const named = messageAt(key, message.sequence, streams);
      if (named) named.hiddenUntilMs = clock.now() + delayMs;
      streams.changed.fire();
    },
    async extend() {
      const named = messageAt(key, message.sequence, streams);
      if (named) named.hiddenUntilMs = clock.now() + ackWaitMs;
    },
  };
}

/** The message that has a chunk's key and a number now. After a loss it may be another than the one delivered. */
function messageAt(key: string, sequence: number, { tasks }: Streams): Stored<Task> | undefined {
  const stored = tasks.get(key);
  return stored?.sequence === sequence ? stored : undefined;
}
