import type { Clock, Dispatch } from '@proofmill/contract';
import {
  batchesOf,
  clear,
  mustBeOpen,
  mustHaveConsumers,
  never,
  nextPlace,
  type Streams,
  storedIn,
  taskKey,
} from './streams.ts';

/** The coordinator's side. */
export function memoryDispatch(
  streams: Streams,
  run: string,
  clock: Clock,
  most: { readonly bytes: number; readonly tasks: number },
): Dispatch {
  const { tasks } = streams;
  return {
    async open() {
      streams.isOpen = true;
      makeConsumers(streams);
      streams.done = null;
    },

    async publish(task) {
      mustBeOpen(streams);
      const key = taskKey(task);
      if (tasks.has(key)) return 'present';
      const isFull = tasks.size >= most.tasks || streams.taskBytes + task.frame.length > most.bytes;
      if (isFull && tasks.size > 0) return 'full';
      streams.sequence += 1;
      streams.taskBytes += task.frame.length;
      tasks.set(key, { sequence: streams.sequence, content: task, hiddenUntilMs: 0 });
      streams.changed.fire();
      return 'stored';
    },

    async queued(shard) {
      mustBeOpen(streams);
      const headers = [...tasks.values()].map(({ content }) => content.header);
      return new Set(headers.filter((header) => header.shard === shard && !header.takeOver).map(({ chunk }) => chunk));
    },

    async demand() {
      mustHaveConsumers(streams);
      const now = clock.now();
      const queued = [...tasks.values()].filter(({ hiddenUntilMs }) => hiddenUntilMs <= now).length;
      return { queued, waiting: streams.waitingForTasks };
    },

    async mark() {
      mustBeOpen(streams);
      return streams.sequence;
    },

    async drained(partition, mark) {
      mustHaveConsumers(streams);
      return [...batchesOf(streams, partition).keys()].every((sequence) => sequence > mark);
    },

    async mend() {
      mustBeOpen(streams);
      const mended = streams.hasConsumers ? [] : ['The consumers were gone, and are there again.'];
      const unseen = storedIn(streams).filter(({ hiddenUntilMs }) => hiddenUntilMs === never);
      if (unseen.length > 0) mended.push(`${unseen.length} stored messages were not delivered, and are now.`);
      makeConsumers(streams);
      for (const message of unseen) message.hiddenUntilMs = 0;
      streams.changed.fire();
      return mended;
    },

    async announceDone(signer) {
      mustBeOpen(streams);
      const place = nextPlace(streams);
      streams.sequence += 1;
      streams.lastSignature = signer.sign(run, place);
      streams.done = { run, place, signature: streams.lastSignature };
      streams.changed.fire();
    },

    async remove() {
      const { done } = streams;
      clear(streams);
      streams.done = done;
    },
  };
}

/** New consumers deliver all that is stored, whoever has it in flight. */
function makeConsumers(streams: Streams): void {
  if (streams.hasConsumers) return;
  streams.hasConsumers = true;
  for (const message of storedIn(streams)) message.hiddenUntilMs = 0;
  streams.changed.fire();
}
