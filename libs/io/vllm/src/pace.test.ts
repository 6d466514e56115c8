import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Expected, type Pace, paceOf, type Rate } from './pace.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const never = new AbortController().signal;
const small: Expected = { promptTokens: 100, answers: 1, maxTokens: 100 };
const virtual = { nowMs: () => Date.now(), wallMs: () => Date.now() };

/** Asks for so many turns at once; notes when each comes, in ms from now. */
function turns(pace: Pace, count: number, expected = small, spentEach: number | null = null): number[] {
  const startMs = Date.now();
  const at: number[] = [];
  for (let index = 0; index < count; index += 1) {
    void pace.turn(expected, never).then((turn) => {
      at.push(Date.now() - startMs);
      if (spentEach !== null) turn.settle({ promptTokens: 0, completionTokens: spentEach, answers: 1 });
    });
  }
  return at;
}

const most = (at: readonly number[], windowMs: number): number =>
  Math.max(...at.map((from) => at.filter((time) => time >= from && time < from + windowMs).length));

test.each<[string, Rate, number]>([
  ['requests', { requestsPerMinute: 30 }, 30],
  ['tokens', { tokensPerMinute: 6000 }, 30],
  ['both: the tighter one', { requestsPerMinute: 1000, tokensPerMinute: 6000 }, 30],
])('no minute has more than its share of %s, but for one request', async (_, rate, perMinute) => {
  const at = turns(paceOf(rate, virtual), 200);
  await vi.advanceTimersByTimeAsync(5 * 60_000);
  expect(most(at, 60_000)).toBeLessThanOrEqual(perMinute + 1);
  expect(at.length).toBeGreaterThanOrEqual(5 * perMinute);
});

test('nothing is saved up while nothing is asked', async () => {
  const pace = paceOf({ requestsPerMinute: 60 }, virtual);
  await vi.advanceTimersByTimeAsync(60 * 60_000);
  const at = turns(pace, 100);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(at.length).toBeLessThanOrEqual(11);
});

test('an estimate that was too high is given back at once', async () => {
  const expected = { promptTokens: 0, answers: 1, maxTokens: 6000 };
  const at = turns(paceOf({ tokensPerMinute: 6000 }, virtual), 10, expected, 100);
  await vi.advanceTimersByTimeAsync(20_000);
  // Each took 100 tokens, one second's worth, and was expected to take a minute's.
  expect(at.length).toBe(10);
});

test('an estimate that was too low delays those that follow', async () => {
  const pace = paceOf({ tokensPerMinute: 6000 }, virtual);
  const first = await pace.turn(small, never);
  const at = turns(pace, 2);
  first.settle({ promptTokens: 6000, completionTokens: 100, answers: 1 });
  await vi.advanceTimersByTimeAsync(60_999);
  expect(at).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(at).toEqual([61_000]);
});

test('nothing is asked while the server says that nothing is left', async () => {
  const pace = paceOf({}, virtual);
  const left = (count: string) => (name: string) =>
    ({ 'x-ratelimit-remaining-requests': count, 'x-ratelimit-reset-requests': '30s' })[name] ?? null;
  pace.learn({ status: 200, header: left('5') });
  expect(turns(pace, 1)).toEqual(await vi.advanceTimersByTimeAsync(0).then(() => [0]));
  pace.learn({ status: 200, header: left('0') });
  const at = turns(pace, 3);
  await vi.advanceTimersByTimeAsync(29_000);
  expect(at).toEqual([]);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(at).toEqual([30_000, 30_000, 30_000]);
});

test('a request that is aborted while it waits leaves its place to the next one', async () => {
  const pace = paceOf({ requestsPerMinute: 60 }, virtual);
  turns(pace, 1);
  const abort = new AbortController();
  const aborted = pace.turn(small, abort.signal);
  const at = turns(pace, 1);
  abort.abort(new Error('enough'));
  await expect(aborted).rejects.toThrow('enough');
  await vi.advanceTimersByTimeAsync(1_000);
  expect(at).toEqual([1_000]);
});

test('nothing has to wait or be counted where there is no rate, until the server asks for a pause', async () => {
  expect(paceOf({ tokensPerMinute: 6000 }, virtual).isOpen).toBe(false);
  expect(paceOf({ requestsPerMinute: 60 }, virtual).isOpen).toBe(false);
  const pace = paceOf({}, virtual);
  expect(pace.isOpen).toBe(true);
  pace.learn({ status: 429, header: (name) => (name === 'retry-after' ? '20' : null) });
  expect(pace.isOpen).toBe(false);
  const at = turns(pace, 1);
  await vi.advanceTimersByTimeAsync(20_000);
  expect(at).toEqual([20_000]);
  expect(pace.isOpen).toBe(true);
});
