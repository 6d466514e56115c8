import { bounds, type Clock, RetryableError, UnavailableError } from '@proofmill/contract';
import { describe, expect, it } from 'vitest';
import { OutcomeBatches } from './outcome-batches.ts';

/** Lets every callback run that is due. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A clock that advances by `pass` only. */
function manualClock() {
  let nowMs = 0;
  let sleepers: { untilMs: number; wake: () => void }[] = [];
  const clock: Clock = {
    now: () => nowMs,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        const wake = (): void => {
          signal?.removeEventListener('abort', wake);
          resolve();
        };
        signal?.addEventListener('abort', wake, { once: true });
        sleepers.push({ untilMs: nowMs + ms, wake });
      }),
  };
  return {
    clock,
    async pass(ms: number): Promise<void> {
      nowMs += ms;
      const due = sleepers.filter(({ untilMs }) => untilMs <= nowMs);
      sleepers = sleepers.filter(({ untilMs }) => untilMs > nowMs);
      for (const { wake } of due) wake();
      await settle();
    },
  };
}

function bed(publish: (attempt: number) => Promise<void> = async () => undefined) {
  const { clock, pass } = manualClock();
  const stop = new AbortController();
  const published: { partition: number; bytes: Buffer }[] = [];
  let attempt = 0;
  const batches = new OutcomeBatches({
    sink: {
      async publish(partition, batch) {
        attempt += 1;
        await publish(attempt);
        published.push({ partition, bytes: Buffer.from(batch) });
      },
    },
    clock,
    chance: () => 0.5,
    transportDownMs: 10_000,
    batchAgeMs: 200,
    signal: stop.signal,
  });
  const stored: string[] = [];
  const lost: unknown[] = [];
  const add = (name: string, partition = 0, frame: Uint8Array = Buffer.from(name)): void => {
    batches.add(partition, frame).then(
      () => stored.push(name),
      (error: unknown) => lost.push(error),
    );
  };
  return { add, pass, stop, published, stored, lost, attempts: () => attempt };
}

const texts = (published: readonly { bytes: Buffer }[]): string[] => published.map(({ bytes }) => bytes.toString());

describe('batches of outcomes', () => {
  it('are published when they are old enough, all frames of a partition together', async () => {
    const { add, pass, published, stored } = bed();
    add('a');
    add('b', 1);
    await pass(100);
    add('c');
    expect(published).toEqual([]);
    await pass(100);
    expect(published.map(({ partition, bytes }) => [partition, bytes.toString()])).toEqual([
      [0, 'ac'],
      [1, 'b'],
    ]);
    expect(stored.sort()).toEqual(['a', 'b', 'c']);
    add('d');
    await pass(200);
    expect(texts(published)).toEqual(['ac', 'b', 'd']);
  });

  it('are published at once when they are large enough, and never exceed the largest size', async () => {
    const { add, pass, published, stored } = bed();
    const third = Buffer.alloc(bounds.batchBytes / 2 - 10, 1);
    add('one', 0, third);
    add('two', 0, third);
    add('three', 0, third);
    await settle();
    expect(published.map(({ bytes }) => bytes.length)).toEqual([2 * third.length]);
    expect(stored).toEqual(['one', 'two']);
    add('four', 0, Buffer.alloc(bounds.batchBytes, 2));
    await settle();
    expect(published.map(({ bytes }) => bytes.length)).toEqual([2 * third.length, third.length, bounds.batchBytes]);
    await pass(200);
    expect(published).toHaveLength(3);
  });

  it('hold a frame that is larger than a batch by itself', async () => {
    const { add, published } = bed();
    add('huge', 0, Buffer.alloc(bounds.outcomeBytes));
    await settle();
    expect(published.map(({ bytes }) => bytes.length)).toEqual([bounds.outcomeBytes]);
  });

  it('are tried again until the transport takes them', async () => {
    const { add, pass, stored, published, attempts } = bed(async (attempt) => {
      if (attempt === 1) throw new RetryableError('lost', 'no answer', { afterMs: 100 });
      if (attempt === 2) throw new UnavailableError('stream-missing', 'gone');
    });
    add('a');
    await pass(200);
    expect([attempts(), stored]).toEqual([1, []]);
    await pass(100);
    expect([attempts(), stored]).toEqual([2, []]);
    await pass(1000);
    expect([attempts(), stored, texts(published)]).toEqual([3, ['a'], ['a']]);
  });

  it('wait for a full stream without a limit: it is back-pressure', async () => {
    const { add, pass, stored, lost } = bed(async (attempt) => {
      if (attempt < 50) throw new RetryableError('full', 'no room', { afterMs: 200 });
    });
    add('a');
    for (let passed = 0; passed < 60; passed += 1) await pass(10_000);
    expect([stored, lost]).toEqual([['a'], []]);
  });

  it('are given up when the transport was away too long, or at an error that waiting does not cure', async () => {
    const away = bed(() => Promise.reject(new UnavailableError('down', 'no connection')));
    away.add('a');
    for (let passed = 0; passed < 30; passed += 1) await away.pass(1000);
    expect(away.lost).toMatchObject([{ code: 'down' }]);
    const broken = bed(() => Promise.reject(new TypeError('a bug')));
    broken.add('a');
    broken.add('b');
    await broken.pass(200);
    expect(broken.lost).toMatchObject([{ message: 'a bug' }, { message: 'a bug' }]);
    expect(broken.attempts()).toBe(1);
  });

  it('are given up at an abort, without another attempt', async () => {
    const { add, stop, lost, stored, attempts } = bed();
    add('a');
    const reason = new Error('killed');
    stop.abort(reason);
    await settle();
    expect([lost, stored, attempts()]).toEqual([[reason], [], 0]);
  });
});
