/** Wakes all callers that wait for the next change. */
export interface ChangeSignal {
  next(): Promise<void>;
  fire(): void;
}

export function changeSignal(): ChangeSignal {
  let waiting: (() => void)[] = [];
  return {
    next: () => new Promise((resolve) => waiting.push(resolve)),
    fire() {
      const woken = waiting;
      waiting = [];
      for (const wake of woken) wake();
    },
  };
}
