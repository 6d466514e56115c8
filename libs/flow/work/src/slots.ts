/**
 * A number of slots, taken several at a time. Who waits is served by place: the lowest first, and in the order of the requests
 * where places are equal. Nobody overtakes the first in the queue, however few slots it wants.
 */
export interface Slots {
  readonly total: number;
  readonly free: number;
  /** How many slots are waited for. */
  readonly waiting: number;
  /** Resolves when `count` slots (at most all) are taken; rejects with the signal's reason when it fires first. */
  take(count: number, signal: AbortSignal, place?: number): Promise<void>;
  give(count: number): void;
  /** Rejects everybody who waits, and everybody who comes later, with `reason`. What is taken can be given back. */
  close(reason: Error): void;
}

interface Waiter {
  readonly count: number;
  readonly place: number;
  readonly start: () => void;
  readonly refuse: (reason: Error) => void;
}

/** `onTaken` is called after slots were taken by someone who had waited. */
export const slotsOf = (total: number, onTaken: () => void = () => undefined): Slots => new SlotQueue(total, onTaken);

class SlotQueue implements Slots {
  readonly total: number;
  readonly #onTaken: () => void;
  readonly #queue: Waiter[] = [];
  #free: number;
  #waiting = 0;
  #closedBy: Error | null = null;

  constructor(total: number, onTaken: () => void) {
    this.total = total;
    this.#free = total;
    this.#onTaken = onTaken;
  }

  get free(): number {
    return this.#free;
  }

  get waiting(): number {
    return this.#waiting;
  }

  take(count: number, signal: AbortSignal, place = 0): Promise<void> {
    signal.throwIfAborted();
    if (this.#closedBy) return Promise.reject(this.#closedBy);
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        count: Math.min(count, this.total),
        place,
        start: () => {
          signal.removeEventListener('abort', abort);
          resolve();
        },
        refuse: (reason) => {
          signal.removeEventListener('abort', abort);
          reject(reason);
        },
      };
      const abort = (): void => {
        this.#leave(waiter);
        reject(signal.reason as Error);
        this.#serve();
      };
      signal.addEventListener('abort', abort, { once: true });
      this.#join(waiter);
      this.#serve();
    });
  }

  give(count: number): void {
    this.#free += Math.min(count, this.total);
    this.#serve();
  }

  close(reason: Error): void {
    this.#closedBy = reason;
    this.#waiting = 0;
    for (const waiter of this.#queue.splice(0)) waiter.refuse(reason);
  }

  #serve(): void {
    let hasServed = false;
    for (let head = this.#queue[0]; head && head.count <= this.#free; head = this.#queue[0]) {
      this.#queue.shift();
      this.#free -= head.count;
      this.#waiting -= head.count;
      head.start();
      hasServed = true;
    }
    if (hasServed) this.#onTaken();
  }

  #join(waiter: Waiter): void {
    // Most come with the highest place so far: the search from the end is short.
    let position = this.#queue.length;
    while (position > 0 && (this.#queue[position - 1] as Waiter).place > waiter.place) position -= 1;
    this.#queue.splice(position, 0, waiter);
    this.#waiting += waiter.count;
  }

  #leave(waiter: Waiter): void {
    const position = this.#queue.indexOf(waiter);
    if (position < 0) return;
    this.#queue.splice(position, 1);
    this.#waiting -= waiter.count;
  }
}

/** Gives all slots to one run at a time, once nothing else is in the engine. */
export function aloneIn(slots: Slots, signal: AbortSignal) {
  return async <Result>(run: (slots: Slots) => Promise<Result>): Promise<Result> => {
    await slots.take(slots.total, signal);
    try {
      return await run(slotsOf(slots.total));
    } finally {
      slots.give(slots.total);
    }
  };
}
