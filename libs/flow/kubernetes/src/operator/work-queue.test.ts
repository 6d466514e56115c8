import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { machineClock } from '../machine-clock.fixture.ts';
import { createWorkQueue, type WorkEnd, type WorkQueue } from './work-queue.ts';

const soon = { timeout: 10_000, interval: 5 };

/** A queue whose work is what `work` says of each name; its clock runs ten times as fast. */
function start(work: (name: string, failures: number) => Promise<WorkEnd>, workers = 2) {
  const stop = new AbortController();
  const done: string[] = [];
  const queue: WorkQueue = createWorkQueue({
    ...{ clock: machineClock(10), workers, restMs: 100, firstPauseMs: 400, longestPauseMs: 1600, stop: stop.signal },
    async work(name, failures) {
      const end = await work(name, failures);
      done.push(name);
      return end;
    },
  });
  const end = queue.run();
  onTestFinished(async () => {
    stop.abort();
    await end.catch(() => undefined);
  });
  return { queue, done, end };
}

test('a name that hangs holds up no other', async () => {
  const hanging = Promise.withResolvers<WorkEnd>();
  const { queue, done } = start((name) => (name === 'hangs' ? hanging.promise : Promise.resolve('done')));
  queue.add('hangs');
  for (const name of ['a', 'b', 'c']) queue.add(name);
  await vi.waitFor(() => expect(done).toEqual(['a', 'b', 'c']), soon);
  hanging.resolve('done');
});

test('one name is worked on by one worker at a time, and requests meanwhile are one', async () => {
  let underWay = 0;
  let most = 0;
  const { queue, done } = start(async () => {
    underWay += 1;
    most = Math.max(most, underWay);
    await sleep(20);
    underWay -= 1;
    return 'done';
  });
  queue.add('a');
  await vi.waitFor(() => expect(underWay).toBe(1), soon);
  for (let count = 0; count < 10; count += 1) queue.add('a');
  await vi.waitFor(() => expect(done).toEqual(['a', 'a']), soon);
  await sleep(100);
  expect(done).toEqual(['a', 'a']);
  expect(most).toBe(1);
});

test('what failed is tried again after pauses that double; once it has not, they start again', async () => {
  const counted: number[] = [];
  const startedMs = performance.now();
  const atMs: number[] = [];
  const { queue } = start(async (_name, failures) => {
    counted.push(failures);
    atMs.push(performance.now() - startedMs);
    return counted.length > 3 ? 'done' : 'failed';
  });
  queue.add('a');
  await vi.waitFor(() => expect(counted).toEqual([0, 1, 2, 3]), soon);
  // 40, 80 and 160 ms by this machine's clock, and 10 ms of rest each.
  const pauses = atMs.slice(1).map((ms, index) => ms - (atMs[index] ?? 0));
  for (const [index, leastMs] of [45, 85, 165].entries()) expect(pauses[index]).toBeGreaterThan(leastMs);
  queue.add('a');
  await vi.waitFor(() => expect(counted.at(-1)).toBe(0), soon);
});

test('what waits is tried again after the same pause each time, however often it was looked at meanwhile', async () => {
  const atMs: number[] = [];
  const { queue } = start(async () => {
    atMs.push(performance.now());
    return atMs.length > 5 ? 'done' : 'waiting';
  });
  queue.add('a');
  await vi.waitFor(() => expect(atMs).toHaveLength(6), soon);
  // 40 ms by this machine's clock; the fifth of pauses that double would be of 160 ms.
  expect((atMs[5] ?? 0) - (atMs[4] ?? 0)).toBeLessThan(140);
});

test('what is done until a time is worked on again then, with no failure counted', async () => {
  const tried: { readonly failures: number; readonly atMs: number }[] = [];
  const { queue } = start(async (_name, failures) => {
    tried.push({ failures, atMs: performance.now() });
    return tried.length > 1 ? 'done' : { againAfterMs: 3_000 };
  });
  queue.add('a');
  await vi.waitFor(() => expect(tried).toHaveLength(2), soon);
  expect(tried.map(({ failures }) => failures)).toEqual([0, 0]);
  expect((tried[1]?.atMs ?? 0) - (tried[0]?.atMs ?? 0)).toBeGreaterThan(295);
});

test('what is done until a time that no timer can wait for is not worked on at once', async () => {
  const { queue, done } = start(async () => ({ againAfterMs: 2 ** 31 * 1000 }));
  queue.add('a');
  await vi.waitFor(() => expect(done).toEqual(['a']), soon);
  await sleep(100);
  expect(done).toEqual(['a']);
});

test('a request ends the pause of a name that failed', async () => {
  let isBroken = true;
  const tried: number[] = [];
  const { queue } = start(async (_name, failures) => {
    tried.push(failures);
    return isBroken ? 'failed' : 'done';
  });
  queue.add('a');
  // The fifth pause would be of 160 ms.
  await vi.waitFor(() => expect(tried).toHaveLength(4), soon);
  isBroken = false;
  const askedMs = performance.now();
  await sleep(15);
  queue.add('a');
  await vi.waitFor(() => expect(tried).toHaveLength(5), soon);
  expect(performance.now() - askedMs).toBeLessThan(140);
});

test('urgent names come first', async () => {
  const gate = Promise.withResolvers<WorkEnd>();
  const begun = Promise.withResolvers<void>();
  const { queue, done } = start((name) => {
    begun.resolve();
    return name === 'first' ? gate.promise : Promise.resolve('done');
  }, 1);
  queue.add('first');
  await begun.promise;
  for (const name of ['a', 'b', 'c']) queue.add(name);
  queue.add('c', true);
  gate.resolve('done');
  await vi.waitFor(() => expect(done).toEqual(['first', 'c', 'a', 'b']), soon);
});

test('an error of the work ends the queue', async () => {
  const { queue, end } = start(() => Promise.reject(new RangeError('broken')));
  queue.add('a');
  await expect(end).rejects.toThrow('broken');
});
