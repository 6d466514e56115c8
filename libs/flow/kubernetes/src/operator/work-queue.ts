/**
 * Names to work on: several side by side, none by two workers at a time, and none held up by the failures of another.
 *
 *   queued     It waits for a worker. Urgent names come first; otherwise the order is that of the requests.
 *   under way  A worker has it, and it rests for `restMs` afterwards: requests meanwhile are one, and queue it again.
 *   delayed    The work was not done, or wants another look: it is queued again after a pause, which doubles from try to try where it
 *              failed or was blocked. A request ends the pause, as something has changed.
 */
import type { Clock } from '@proofmill/contract';

/**
 *   done      nothing is left to do until something changes
 *   waiting   it waits for something whose end nobody reports: it is tried again after the first pause
 *   blocked   nothing failed, and looking costs too much to do it often: it is tried again after pauses that double
 *   failed    it is tried again, after pauses that double
 *   a time    done, until so much later
 */
export type WorkEnd = 'done' | 'waiting' | 'blocked' | 'failed' | { readonly againAfterMs: number };

/** What a timer can wait for is 24.8 days. Whoever wants more looks again once a day. */
const longestWaitMs = 24 * 60 * 60_000;

export interface WorkQueueOptions {
  readonly clock: Clock;
  readonly workers: number;
  readonly restMs: number;
  /** The pause after the first try that failed, and the longest. */
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
  /** `failures` counts the tries that failed or were blocked since one that did not. */
  readonly work: (name: string, failures: number) => Promise<WorkEnd>;
  readonly stop: AbortSignal;
}

export interface WorkQueue {
  add(name: string, isUrgent?: boolean): void;
  /** How many names wait for a worker. */
  waiting(): number;
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
  const failures = new Map<string, number>();
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

  async function delay(name: string, pauseMs: number): Promise<void> {
    const over = new AbortController();
    delayed.set(name, over);
    await clock.sleep(pauseMs, AbortSignal.any([stop, over.signal]));
    delayed.delete(name);
    if (!over.signal.aborted && !stop.aborted) add(name);
  }

  function pauseOf(name: string, end: Exclude<WorkEnd, 'done'>): number {
    if (typeof end === 'object') return Math.min(end.againAfterMs, longestWaitMs);
    const count = Math.max((failures.get(name) ?? 0) - 1, 0);
    return Math.min(firstPauseMs * 2 ** count, longestPauseMs);
  }

  async function rest(name: string, end: WorkEnd): Promise<void> {
    if (end === 'failed' || end === 'blocked') failures.set(name, (failures.get(name) ?? 0) + 1);
    else failures.delete(name);
    await clock.sleep(restMs, stop);
    underWay.delete(name);
    const again = requested.get(name);
    requested.delete(name);
    if (again !== undefined) add(name, again);
    else if (end !== 'done') await delay(name, pauseOf(name, end));
  }

  async function keepWorking(): Promise<void> {
    while (!stop.aborted) {
      const name = lanes.take();
      if (name === undefined) {
        await new Promise<void>((resolve) => idle.push(resolve));
        continue;
      }
      underWay.add(name);
      void rest(name, await work(name, failures.get(name) ?? 0));
    }
  }

  return {
    add,
    waiting: lanes.size,
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
  size(): number;
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
    size: () => urgent.size + other.size,
  };
}
