import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { type Slots, slotsOf } from './slots.ts';

const never = new AbortController().signal;

/** Lets every callback run that is due. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Requests by name: `served` in the order in which they got their slots, `left` with the reasons of the aborted ones. */
function queueOn(slots: Slots) {
  const served: string[] = [];
  const left: unknown[] = [];
  return {
    served,
    left,
    ask(name: string, count: number, signal: AbortSignal = never, place?: number): void {
      slots.take(count, signal, place).then(
        () => served.push(name),
        (reason: unknown) => left.push(reason),
      );
    },
  };
}

describe('slots', () => {
  it('are taken while enough are free, and again when they are given back', async () => {
    const slots = slotsOf(4);
    const { ask, served } = queueOn(slots);
    ask('three', 3);
    ask('one', 1);
    ask('two', 2);
    await settle();
    expect(served).toEqual(['three', 'one']);
    expect(slots.free).toBe(0);
    slots.give(1);
    await settle();
    expect([served.length, slots.free]).toEqual([2, 1]);
    slots.give(3);
    await settle();
    expect(served).toEqual(['three', 'one', 'two']);
    expect(slots.free).toBe(2);
  });

  it('are given first come, first served: a small request does not overtake a large one', async () => {
    const slots = slotsOf(4);
    const { ask, served } = queueOn(slots);
    ask('first', 3);
    ask('large', 4);
    ask('small', 1);
    await settle();
    expect(served).toEqual(['first']);
    slots.give(3);
    await settle();
    expect(served).toEqual(['first', 'large']);
    slots.give(4);
    await settle();
    expect(served).toEqual(['first', 'large', 'small']);
  });

  it('are given by place, the lowest first, and by arrival where places are equal', async () => {
    const slots = slotsOf(1);
    const { ask, served } = queueOn(slots);
    ask('begun', 1);
    for (const [name, place] of [
      ['5a', 5],
      ['7', 7],
      ['3', 3],
      ['5b', 5],
    ] as const)
      ask(name, 1, never, place);
    expect(slots.waiting).toBe(4);
    for (let given = 0; given < 4; given += 1) {
      slots.give(1);
      await settle();
    }
    expect(served).toEqual(['begun', '3', '5a', '5b', '7']);
    expect(slots.waiting).toBe(0);
  });

  it('say how many are waited for, and when fewer are', async () => {
    const waiting: number[] = [];
    const slots = slotsOf(4, () => waiting.push(slots.waiting));
    const { ask } = queueOn(slots);
    const stop = new AbortController();
    ask('all', 4);
    ask('three', 3);
    ask('two', 2, stop.signal);
    expect(slots.waiting).toBe(5);
    stop.abort(new Error('no longer wanted'));
    expect(slots.waiting).toBe(3);
    slots.give(3);
    expect([slots.waiting, waiting.at(-1)]).toEqual([0, 0]);
    await settle();
  });

  it('serve every request that fits when several are given back at once, and leave no listener on the signal', async () => {
    const slots = slotsOf(4);
    const { ask, served } = queueOn(slots);
    const { signal } = new AbortController();
    ask('all', 4, signal);
    for (const name of ['one', 'two', 'three']) ask(name, 1, signal);
    await settle();
    expect(getEventListeners(signal, 'abort')).toHaveLength(3);
    slots.give(4);
    await settle();
    expect(served).toEqual(['all', 'one', 'two', 'three']);
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  it('are all taken by a request for more than exist', async () => {
    const slots = slotsOf(2);
    const { ask, served } = queueOn(slots);
    ask('huge', 9);
    await settle();
    expect([served, slots.free]).toEqual([['huge'], 0]);
    slots.give(9);
    expect(slots.free).toBe(2);
  });

  it('are no longer waited for after an abort, which serves the requests after it', async () => {
    const slots = slotsOf(2);
    const { ask, served, left } = queueOn(slots);
    const stop = new AbortController();
    ask('one', 1);
    ask('both', 2, stop.signal);
    ask('next', 1);
    await settle();
    expect(served).toEqual(['one']);
    const reason = new Error('no longer wanted');
    stop.abort(reason);
    await settle();
    expect(served).toEqual(['one', 'next']);
    expect(left).toEqual([reason]);
    expect(slots.free).toBe(0);
  });

  it('are not given to a request aborted earlier, and stay taken when the abort comes later', async () => {
    const slots = slotsOf(2);
    const stop = new AbortController();
    await slots.take(1, stop.signal);
    stop.abort(new Error('late'));
    await settle();
    expect(slots.free).toBe(1);
    await expect(async () => slots.take(1, stop.signal)).rejects.toThrow('late');
    expect(slots.free).toBe(1);
    slots.give(1);
    expect(slots.free).toBe(2);
  });
});
