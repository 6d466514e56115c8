/**
 * Virtual time and seeded chance. Nothing here waits for a real clock: the world fires one event after the other and lets
 * every promise that follows from it settle before the next, so a seed gives the same history every time.
 */

import { setImmediate } from 'node:timers/promises';
import type { Clock } from '@proofmill/contract';
import { chanceOf } from '@proofmill/test-kit';

interface Event {
  readonly atMs: number;
  readonly number: number;
  readonly fire: () => void;
}

export interface World {
  readonly clock: Clock;
  /** A number in [0, 1). */
  chance(): number;
  /** A whole number from `low` to `high`. */
  between(low: number, high: number): number;
  schedule(afterMs: number, fire: () => void): void;
  /** Runs until `ended` is true. Rejects when virtual time runs out or no event is left. */
  run(ended: () => boolean, limitMs: number): Promise<void>;
  /** Records what happens, for people: printed when a history is wrong. */
  note(line: string): void;
  readonly notes: readonly string[];
  readonly events: number;
}

export function worldOf(seed: number): World {
  const chance = chanceOf(seed);
  const heap: Event[] = [];
  const notes: string[] = [];
  let nowMs = 0;
  let number = 0;
  let events = 0;

  const earlier = (a: Event, b: Event): boolean => a.atMs < b.atMs || (a.atMs === b.atMs && a.number < b.number);

  const push = (event: Event): void => {
    let index = heap.push(event) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent];
      if (!above || !earlier(event, above)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = event;
  };

  const pop = (): Event | undefined => {
    const top = heap[0];
    const last = heap.pop();
    if (!top || !last || heap.length === 0) return top;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      const right = heap[child + 1];
      const left = heap[child];
      if (!left) break;
      const least = right && earlier(right, left) ? right : left;
      if (least === right) child += 1;
      if (!earlier(least, last)) break;
      heap[index] = least;
      index = child;
    }
    heap[index] = last;
    return top;
  };

  const schedule = (afterMs: number, fire: () => void): void => {
    number += 1;
    push({ atMs: nowMs + Math.max(0, afterMs), number, fire });
  };

  return {
    clock: {
      now: () => nowMs,
      sleep: (ms, signal) =>
        new Promise((resolve) => {
          if (signal?.aborted) return resolve();
          const wake = (): void => {
            signal?.removeEventListener('abort', wake);
            resolve();
          };
          signal?.addEventListener('abort', wake, { once: true });
          schedule(ms, wake);
        }),
    },
    chance,
    between: (low, high) => low + Math.floor(chance() * (high - low + 1)),
    schedule,
    async run(ended, limitMs) {
      await setImmediate();
      while (!ended()) {
        const event = pop();
        if (!event) throw new Error('no event is left, and the job is not done');
        if (event.atMs > limitMs) throw new Error(`the job is not done after ${limitMs / 1000} virtual seconds`);
        nowMs = event.atMs;
        events += 1;
        event.fire();
        await setImmediate();
      }
    },
    note(line) {
      notes.push(`${(nowMs / 1000).toFixed(3)} s  ${line}`);
    },
    notes,
    get events() {
      return events;
    },
  };
}
