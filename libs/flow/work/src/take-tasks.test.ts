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
    mayLeave: async () => false,
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

/** When a worker ends that pulls once a second, and gets what `pulls` says: a task, which takes it so many seconds, or nothing. */
async function leftAfterSeconds(pulls: Readonly<Record<number, number>>, mayLeaveAtSecond: number): Promise<number> {
  let [nowMs, busyUntilMs] = [0, 0];
  const delivery = { header: { shard: 0 }, frame: new Uint8Array() } as unknown as TaskDelivery;
  const ended = await takeTasks({
    tasks: {
      async pull() {
        if (nowMs > 300_000) return 'done';
        nowMs += 1000;
        const seconds = pulls[nowMs / 1000];
        if (seconds === undefined) return [];
        busyUntilMs = nowMs + seconds * 1000;
        return [delivery];
      },
    },
    reader: { read: async () => [] } as unknown as TaskReader,
    held: new HeldTasks(),
    underWay: {
      isFull: false,
      get isIdle() {
        return nowMs >= busyUntilMs;
      },
      begin: () => undefined,
    } as unknown as TasksUnderWay,
    clock: { now: () => nowMs, sleep: async () => undefined },
    chance: () => 0.5,
    times: defaultWorkTimes,
    mayLeave: async () => nowMs >= mayLeaveAtSecond * 1000,
    onTrouble: () => undefined,
    intake: new AbortController().signal,
  });
  return ended === 'left' ? nowMs / 1000 : Number.POSITIVE_INFINITY;
}

it('a worker that may leave does so when it had nothing to do for half a minute', async () => {
  expect(await leftAfterSeconds({}, 0)).toBe(31);
  expect(await leftAfterSeconds({ 20: 0 }, 0)).toBe(51);
  expect(await leftAfterSeconds({ 20: 50 }, 0)).toBe(100);
  expect(await leftAfterSeconds({}, 120)).toBe(120);
  expect(await leftAfterSeconds({}, 1000)).toBe(Number.POSITIVE_INFINITY);
});
