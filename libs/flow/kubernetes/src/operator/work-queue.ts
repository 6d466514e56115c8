/**
 * Names to work on: several side by side, none by two workers at a time, and none held up by the failures of another.
 *
 *   queued     It waits for a worker. Urgent names come first; otherwise the order is that of the requests.
 *   under way  A worker has it, and it rests for `restMs` afterwards: requests meanwhile are one, and queue it again.
 *   delayed    The work was not done: it is queued again after a pause, which doubles from try to try. A request ends the pause, as
 *              something has changed.
 */
import type { Clock } from '@proofmill/contract';

export interface WorkQueueOptions {
  readonly clock: Clock;
  readonly workers: number;
  readonly restMs: number;
  /** The pause after the first try that was not done, and the longest. */
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
  /** True where it is done, false where it has to be tried again. `tries` counts the tries since it was last done. */
  readonly work: (name: string, tries: number) => Promise<boolean>;
  readonly stop: AbortSignal;
}

export interface WorkQueue {
  add(name: string, isUrgent?: boolean): void;
  /** Works until `stop` fires. Rejects where `work` does. */
  run(): Promise<void>;
}

export function createWorkQueue(options: WorkQueueOptions): WorkQueue {
  const { clock, workers, restMs, firstPauseMs, longestPauseMs, work } = options;
  const failed = new AbortController();
  const stop = AbortSignal.any([options.stop, failed.signal]);
  const lanes = createLanes();
  const underWay = new Set<string>();
  /** Requested while under way; true for urgent. */
  const requested = new Map<string, boolean>();
  const delayed = new Map<string, AbortController>();
  const tries = new Map<string, number>();
  const idle: (() => void)[] = [];
  const wakeAll = (): void => {
    for (const wake of idle.splice(0)) wake();
  };
  stop.addEventListener('abort', wakeAll, { once: true });

  function add(name: string, isUrgent = false): void {
    delayed.get(name)?.abort();
    if (underWay.has(name)) {
      requested.set(name, isUrgent || (requested.get(name) ?? false));
      return;
    }
    lanes.add(name, isUrgent);
    idle.shift()?.();
  }

  async function delay(name: string): Promise<void> {
    const count = (tries.get(name) ?? 1) - 1;
    const over = new AbortController();
    delayed.set(name, over);
    await clock.sleep(Math.min(firstPauseMs * 2 ** count, longestPauseMs), AbortSignal.any([stop, over.signal]));
    delayed.delete(name);
    if (!over.signal.aborted && !stop.aborted) add(name);
  }

  async function rest(name: string, isDone: boolean): Promise<void> {
    if (isDone) tries.delete(name);
    else tries.set(name, (tries.get(name) ?? 0) + 1);
    await clock.sleep(restMs, stop);
    underWay.delete(name);
    const again = requested.get(name);
    requested.delete(name);
    if (again !== undefined) add(name, again);
    else if (!isDone) await delay(name);
  }

  async function keepWorking(): Promise<void> {
    while (!stop.aborted) {
      const name = lanes.take();
      if (name === undefined) {
        await new Promise<void>((resolve) => idle.push(resolve));
        continue;
      }
      underWay.add(name);
      void rest(name, await work(name, tries.get(name) ?? 0));
    }
  }

  return {
    add,
    async run() {
      const all = Array.from({ length: workers }, () => keepWorking().catch((error: unknown) => failed.abort(error)));
      await Promise.all(all);
      if (failed.signal.aborted) throw failed.signal.reason;
    },
  };
}

interface Lanes {
  add(name: string, isUrgent: boolean): void;
  take(): string | undefined;
}

/** A name is in one of two lanes at most. A set keeps the order in which its members came. */
function createLanes(): Lanes {
  const urgent = new Set<string>();
  const other = new Set<string>();
  return {
    add(name, isUrgent) {
      if (isUrgent) other.delete(name);
      if (!urgent.has(name)) (isUrgent ? urgent : other).add(name);
    },
    take() {
      const lane = urgent.size > 0 ? urgent : other;
      const [name] = lane;
      if (name !== undefined) lane.delete(name);
      return name;
    },
  };
}
