/**
 * The tasks that a worker holds: from their delivery until they are acknowledged, released or dropped. A reply to the transport
 * that fails is ignored here: the task is then delivered again, which costs answers and nothing else.
 */
import type { TaskDelivery } from '@proofmill/contract';

export class HeldTasks {
  readonly #deliveries = new Set<TaskDelivery>();

  add(delivery: TaskDelivery): void {
    this.#deliveries.add(delivery);
  }

  async extendAll(): Promise<void> {
    await Promise.all([...this.#deliveries].map((delivery) => delivery.extend().catch(() => undefined)));
  }

  /** Gives a task back, to be delivered again after `delayMs`. */
  async release(delivery: TaskDelivery, delayMs = 0): Promise<void> {
    this.#deliveries.delete(delivery);
    await delivery.release(delayMs).catch(() => undefined);
  }

  /** Removes a task from the transport. */
  async drop(delivery: TaskDelivery): Promise<void> {
    this.#deliveries.delete(delivery);
    await delivery.acknowledge().catch(() => delivery.release(0).catch(() => undefined));
  }

  /** Holds a task no longer, since its run has ended. */
  remove(delivery: TaskDelivery): void {
    this.#deliveries.delete(delivery);
  }
}
