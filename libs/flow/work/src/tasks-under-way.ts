/** The tasks that a worker has begun, and how many answers they want of the engine: what bounds its intake. */
import type { AskedLine, ItemReport, StageDefinition, TaskDelivery } from '@proofmill/contract';
import { fewestToDecide } from '@proofmill/judge';
import { type ChunkContext, runChunk } from './chunk.ts';
import type { HeldTasks } from './held-tasks.ts';

/** Bytes of unstored outcomes at which no more tasks are taken: back-pressure from a full stream. */
const mostUnstoredBytes = 8 * 1024 * 1024;

export interface UnderWayOptions {
  readonly context: ChunkContext;
  readonly held: HeldTasks;
  readonly signal: AbortSignal;
  /** Takes the error of a task that failed as a whole. */
  readonly fail: (error: unknown) => void;
}

export class TasksUnderWay {
  readonly #options: UnderWayOptions;
  readonly #answersPerItem: number;
  readonly #running = new Set<Promise<void>>();
  #wantedAnswers = 0;
  #wake = (): void => undefined;

  constructor(options: UnderWayOptions) {
    this.#options = options;
    this.#answersPerItem = answersToBegin(options.context.stage.definition);
  }

  /** Whether another task would only wait here. Never without a task that runs: something has to end. */
  get isFull(): boolean {
    const { slots, batches } = this.#options.context;
    if (this.#running.size === 0) return false;
    return this.#wantedAnswers >= 2 * slots.total || batches.pendingBytes >= mostUnstoredBytes;
  }

  begin(delivery: TaskDelivery, items: readonly AskedLine[]): void {
    const task = this.#run(delivery, items).finally(() => {
      this.#running.delete(task);
      this.#wake();
    });
    this.#running.add(task);
  }

  /** Resolves when an item or a task ends. */
  nextEnd(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  /** Resolves when every task that was begun has ended, well or not. */
  async ended(): Promise<void> {
    await Promise.all(this.#running);
  }

  async #run(delivery: TaskDelivery, items: readonly AskedLine[]): Promise<void> {
    const { context, held, signal, fail } = this.#options;
    let undecided = items.length;
    this.#wantedAnswers += undecided * this.#answersPerItem;
    const onOutcome = (report: ItemReport): void => {
      undecided -= 1;
      this.#endItems(1);
      context.onOutcome(report);
    };
    try {
      await runChunk(delivery, items, { ...context, onOutcome }, signal);
    } catch (error) {
      fail(error);
      await held.release(delivery);
    } finally {
      this.#endItems(undecided);
      held.remove(delivery);
    }
  }

  #endItems(count: number): void {
    this.#wantedAnswers -= count * this.#answersPerItem;
    this.#wake();
  }
}

/** Answers that an item asks for at first. */
function answersToBegin(definition: StageDefinition): number {
  if (definition.kind === 'prove') return definition.candidates;
  const { max, stop } = definition.first?.votes ?? definition.votes;
  return fewestToDecide({ one: 0, other: 0, tie: 0 }, { left: max, ties: false }, stop);
}
