/** A worker for a few items at hand: it asks as any worker does, and its tasks and outcomes stay in this process. */
import type {
  AskedLine,
  DoneOutcome,
  FailedOutcome,
  OutcomeMessage,
  OutcomeSink,
  TaskDelivery,
  TaskSource,
} from '@proofmill/contract';
import type { Ask, Reply } from '@proofmill/judge';
import { frameContent, frameReader } from '@proofmill/merge';
import { encodePackLine } from '@proofmill/plan';
import { work } from './work.ts';
import type { WorkOptions } from './work-options.ts';

interface WorkOnOptions extends Omit<WorkOptions, 'tasks' | 'sink' | 'onReply'> {
  /** `at` is the place of the item in the list. */
  readonly onReply?: (at: number, ask: Ask, reply: Reply) => void;
}

/** The outcome of an item; null where the engine died with it. */
export type WorkedOn = DoneOutcome | FailedOutcome | null;

/**
 * Asks about items, each as a task of its own, and gives their outcomes in the same order; `stopped` when the worker is stopped first. Rejects
 * as `work` does.
 */
export async function workOn(lines: readonly AskedLine[], options: WorkOnOptions): Promise<WorkedOn[] | 'stopped'> {
  const { stage, codec, onReply = () => undefined } = options;
  const outcomes = new Map<number, WorkedOn>();
  const all = Promise.withResolvers<void>();
  if (lines.length === 0) return [];

  const sink: OutcomeSink = {
    async publish(_partition, batch) {
      for (const { bytes, index } of frameReader(codec.crc32).feed(batch)) {
        const { body } = frameContent(bytes) as OutcomeMessage;
        outcomes.set(index, body.type === 'suspect' ? null : body);
      }
      if (outcomes.size === lines.length) all.resolve();
    },
  };
  const deliveryOf = async (line: AskedLine, at: number): Promise<TaskDelivery> => ({
    header: { v: 1, run: stage.run, stageDigest: stage.stageDigest, shard: 0, chunk: at, drive: 1 },
    // Items of several shards may have one index.
    frame: await codec.compress(encodePackLine({ ...line, index: at })),
    acknowledge: async () => undefined,
    release: async () => undefined,
    extend: async () => undefined,
  });
  const queue = lines.entries();
  const tasks: TaskSource = {
    async pull(_most, signal) {
      const { value } = queue.next();
      if (value) return [await deliveryOf(value[1], value[0])];
      await unlessAborted(all.promise, signal);
      return signal.aborted ? [] : 'done';
    },
  };

  const ended = await work({ ...options, tasks, sink, onReply: ({ index }, ask, reply) => onReply(index, ask, reply) });
  return ended === 'stopped' ? ended : lines.map((_, at) => outcomes.get(at) ?? null);
}

/** Resolves when `promise` does, or as soon as the signal fires. */
async function unlessAborted(promise: Promise<void>, signal: AbortSignal): Promise<void> {
  const aborted = Promise.withResolvers<void>();
  const onAbort = (): void => aborted.resolve();
  if (signal.aborted) return;
  signal.addEventListener('abort', onAbort, { once: true });
  await Promise.race([promise, aborted.promise]).finally(() => signal.removeEventListener('abort', onAbort));
}
