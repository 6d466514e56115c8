import type { AskedLine, TaskDelivery } from '@proofmill/contract';
import { expect, it } from 'vitest';
import { HeldTasks } from './held-tasks.ts';
import { takeTasks } from './take-tasks.ts';
import type { TaskReader } from './task-reader.ts';
import type { TasksUnderWay } from './tasks-under-way.ts';
import { defaultWorkTimes } from './work-options.ts';

type Known = 'under way' | 'ended' | 'nothing';

/** What a worker does with one task about the items `known`, by their index. */
async function taken(known: readonly Known[], header: { takeOver?: true }): Promise<string[]> {
  const done: string[] = [];
  const stop = new AbortController();
  const delivery: TaskDelivery = {
    header: { v: 1, run: 'r', stageDigest: 'd', shard: 3, chunk: 0, drive: 1, ...header },
    frame: new Uint8Array(),
    acknowledge: async () => void done.push('removed'),
    release: async (delayMs) => void done.push(delayMs > 0 ? 'given back for later' : 'given back'),
    extend: async () => undefined,
  };
  const items = known.map((_, index) => ({ index }) as AskedLine);
  await takeTasks({
    tasks: {
      async pull() {
        if (stop.signal.aborted) return 'done';
        stop.abort();
        return [delivery];
      },
    },
    reader: { read: async () => items } as unknown as TaskReader,
    held: new HeldTasks(),
    underWay: {
      isFull: false,
      knows: (shard: number, index: number) => (shard === 3 ? known[index] : 'nothing'),
      begin: (_: TaskDelivery, begun: AskedLine[]) => done.push(`begun ${begun.map(({ index }) => index)}`),
    } as unknown as TasksUnderWay,
    clock: { now: () => 0, sleep: async () => undefined },
    chance: () => 0.5,
    times: defaultWorkTimes,
    onTrouble: () => undefined,
    intake: new AbortController().signal,
  });
  return done;
}

it('a task to take over leaves out what the worker has itself, or has just finished', async () => {
  expect(await taken(['nothing', 'under way', 'nothing', 'ended'], { takeOver: true })).toEqual(['begun 0,2']);
});

it('a worker takes over nothing from itself: another one gets the task', async () => {
  expect(await taken(['under way', 'ended'], { takeOver: true })).toEqual(['given back for later']);
  expect(await taken(['ended', 'ended'], { takeOver: true })).toEqual(['removed']);
});

it('a task that is delivered again is done again: its outcomes may be lost', async () => {
  expect(await taken(['ended', 'under way', 'nothing'], {})).toEqual(['begun 0,1,2']);
});
