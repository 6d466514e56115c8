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
}

interface Waiter {
  readonly count: number;
  readonly place: number;
  readonly start: () => void;
}

/** `onTaken` is called after slots were taken by someone who had waited. */
export function slotsOf(total: number, onTaken: () => void = () => undefined): Slots {
  let free = total;
  let waiting = 0;
  const queue: Waiter[] = [];

  const serve = (): void => {
    let hasServed = false;
    for (let head = queue[0]; head && head.count <= free; head = queue[0]) {
      queue.shift();
      free -= head.count;
      waiting -= head.count;
      head.start();
      hasServed = true;
    }
    if (hasServed) onTaken();
  };

  const join = (waiter: Waiter): void => {
    // Most come with the highest place so far: the search from the end is short.
    let position = queue.length;
    while (position > 0 && (queue[position - 1] as Waiter).place > waiter.place) position -= 1;
    queue.splice(position, 0, waiter);
    waiting += waiter.count;
  };

  const leave = (waiter: Waiter): void => {
    const position = queue.indexOf(waiter);
    if (position < 0) return;
    queue.splice(position, 1);
    waiting -= waiter.count;
  };

  return {
    total,
    get free() {
      return free;
    },
    get waiting() {
      return waiting;
    },
    take(count, signal, place = 0) {
      signal.throwIfAborted();
      return new Promise((resolve, reject) => {
        const waiter: Waiter = {
          count: Math.min(count, total),
          place,
          start: () => {
            signal.removeEventListener('abort', abort);
            resolve();
          },
        };
        const abort = (): void => {
          leave(waiter);
          reject(signal.reason as Error);
          serve();
        };
        signal.addEventListener('abort', abort, { once: true });
        join(waiter);
        serve();
      });
    },
    give(count) {
      free += Math.min(count, total);
      serve();
    },
  };
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
