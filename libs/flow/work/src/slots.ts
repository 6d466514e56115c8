/** A number of slots, taken several at a time and in the order of the requests. */
export interface Slots {
  readonly total: number;
  readonly free: number;
  /** Resolves when `count` slots (at most all) are taken; rejects with the signal's reason when it fires first. */
  take(count: number, signal: AbortSignal): Promise<void>;
  give(count: number): void;
}

export function slotsOf(total: number): Slots {
  let free = total;
  const queue: { count: number; start: () => void }[] = [];

  const serve = (): void => {
    for (let head = queue[0]; head && head.count <= free; head = queue[0]) {
      queue.shift();
      free -= head.count;
      head.start();
    }
  };

  return {
    total,
    get free() {
      return free;
    },
    take(count, signal) {
      signal.throwIfAborted();
      return new Promise((resolve, reject) => {
        const entry = {
          count: Math.min(count, total),
          start: () => {
            signal.removeEventListener('abort', leave);
            resolve();
          },
        };
        const leave = (): void => {
          const position = queue.indexOf(entry);
          if (position >= 0) queue.splice(position, 1);
          reject(signal.reason as Error);
          serve();
        };
        signal.addEventListener('abort', leave, { once: true });
        queue.push(entry);
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
