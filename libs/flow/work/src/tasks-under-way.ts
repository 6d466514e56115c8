/**
 * The tasks that a worker has begun, and what bounds its intake. A worker takes its next task before it could begin on it: when
 * few answers wait for a slot. What counts is what is wanted of the engine now, not what items may want later: an item of several
 * votes wants fewer and fewer of them at a time.
 */
import type { AskedLine, ItemReport, TaskDelivery } from '@proofmill/contract';
import { type ChunkContext, runChunk } from './chunk.ts';
import type { HeldTasks } from './held-tasks.ts';
import { LastKeys } from './last-keys.ts';
import type { CompleteOptions } from './work-options.ts';

/** Bytes of unstored outcomes at which no more tasks are taken: back-pressure from a full stream. */
const mostUnstoredBytes = 8 * 1024 * 1024;
/** Answers that wait, for each slot, at which no more tasks are taken. What waits here is kept from workers that are idle. */
const mostWaiting = 0.5;
/** Items under way for each slot: those that pause after a failure wait for no slot, and must not let in others without an end. */
const mostItems = 4;
/** Ended items that are remembered, for each slot: more than end between an offer to take one over and its arrival here. */
const mostEnded = 16;

export interface UnderWayOptions {
  readonly context: Omit<ChunkContext, 'onOutcome'>;
  readonly onOutcome: CompleteOptions['onOutcome'];
  readonly held: HeldTasks;
  readonly signal: AbortSignal;
  /** Takes the error of a task that failed as a whole. */
  readonly fail: (error: unknown) => void;
}

export class TasksUnderWay {
  readonly #options: UnderWayOptions;
  readonly #running = new Set<Promise<void>>();
  /** By `keyOf`. */
  readonly #items = new Set<string>();
  /** The last items that ended here. */
  readonly #ended: LastKeys;
  #wake = (): void => undefined;

  constructor(options: UnderWayOptions) {
    this.#options = options;
    this.#ended = new LastKeys(mostEnded * options.context.slots.total);
  }

  /** Whether another task would only wait here. Never without a task that runs: something has to end. */
  get isFull(): boolean {
    const { slots, batches } = this.#options.context;
    if (this.#running.size === 0) return false;
    return (
      slots.waiting >= mostWaiting * slots.total ||
      this.#items.size >= mostItems * slots.total ||
      batches.pendingBytes >= mostUnstoredBytes
    );
  }

  /** Nothing is under way. */
  get isIdle(): boolean {
    return this.#running.size === 0;
  }

  /** What this worker has to do with an item. */
  knows(shard: number, index: number): 'under way' | 'ended' | 'nothing' {
    const key = keyOf(shard, index);
    if (this.#items.has(key)) return 'under way';
    return this.#ended.has(key) ? 'ended' : 'nothing';
  }

  begin(delivery: TaskDelivery, items: readonly AskedLine[]): void {
    const task = this.#run(delivery, items).finally(() => {
      this.#running.delete(task);
      this.#wake();
    });
    this.#running.add(task);
  }

  /** Says that it may be full no longer. */
  noteChange(): void {
    this.#wake();
  }

  /** Resolves when it may be full no longer. */
  nextChange(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  /** Resolves when every task that was begun has ended, well or not. */
  async ended(): Promise<void> {
    await Promise.all(this.#running);
  }

  async #run(delivery: TaskDelivery, items: readonly AskedLine[]): Promise<void> {
    const { context, held, signal, fail, onOutcome } = this.#options;
    const { shard, takeOver: takenOver = false } = delivery.header;
    for (const { index } of items) this.#items.add(keyOf(shard, index));
    const noteOutcome = (report: ItemReport, { index }: Pick<AskedLine, 'index'>): void => {
      this.#noteEnd(keyOf(shard, index));
      onOutcome(report, { takenOver });
    };
    try {
      const ended = await runChunk(delivery, items, { ...context, onOutcome: noteOutcome }, signal);
      if (ended === 'untouched') await held.release(delivery);
    } catch (error) {
      fail(error);
      await held.release(delivery);
    } finally {
      for (const { index } of items) this.#items.delete(keyOf(shard, index));
      held.remove(delivery);
    }
  }

  #noteEnd(key: string): void {
    this.#items.delete(key);
    this.#ended.add(key);
    this.#wake();
  }
}

const keyOf = (shard: number, index: number): string => `${shard}:${index}`;
