import { type Clock, type Engine, UnavailableError } from '@proofmill/contract';
import { describe, expect, it } from 'vitest';
import { engineWatch } from './engine-watch.ts';

const never = new AbortController().signal;
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A watch over an engine that is up or down, on a clock that advances by every sleep. */
function bed(up: boolean, engineDownMs = 10_000, stop = never) {
  let nowMs = 0;
  let probes = 0;
  const state = { up };
  const clock: Clock = {
    now: () => nowMs,
    sleep: async (ms) => {
      nowMs += ms;
      await settle();
    },
  };
  const unused = () => Promise.reject(new Error('not for this test'));
  const engine: Engine = {
    models: unused,
    version: unused,
    answer: unused,
    async healthy() {
      probes += 1;
      return state.up;
    },
  };
  return {
    watch: engineWatch({ engine, clock, probeMs: 1000, engineDownMs, onDown: () => undefined, stop, signal: never }),
    state,
    probes: () => probes,
  };
}

describe('the watch over an engine', () => {
  it('lets every request through while the engine is up', async () => {
    const { watch, probes } = bed(true);
    await watch.ready(never);
    expect(probes()).toBe(0);
  });

  it('finds out after a lost request whether the engine is dead', async () => {
    expect(await bed(true).watch.lost(never)).toBe(false);
    expect(await bed(false).watch.lost(never)).toBe(true);
  });

  it('makes every request wait while the engine is down, with a single probe', async () => {
    const { watch, state, probes } = bed(false);
    expect(await watch.lost(never)).toBe(true);
    const waited: string[] = [];
    const waiting = ['a', 'b', 'c'].map((name) => watch.ready(never).then(() => waited.push(name)));
    const before = probes();
    const dead = watch.lost(never);
    expect(probes(), 'no second probe starts').toBe(before);
    expect(await dead).toBe(true);
    await settle();
    await settle();
    expect(waited).toEqual([]);
    expect(probes() - before).toBeLessThan(4);
    state.up = true;
    await Promise.all(waiting);
    expect(waited).toEqual(['a', 'b', 'c']);
    expect(await watch.lost(never)).toBe(false);
  });

  it('gives up an engine that stays down', async () => {
    const { watch } = bed(false, 5000);
    await watch.lost(never);
    const error: unknown = await watch.ready(never).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UnavailableError);
    expect(error).toMatchObject({ code: 'engine-gone' });
  });

  it('keeps probing when the request that noticed the death is aborted', async () => {
    const { watch, state } = bed(false);
    const first = new AbortController();
    await watch.lost(first.signal);
    const waiting = watch.ready(never);
    first.abort(new Error('a suspect'));
    await settle();
    state.up = true;
    await expect(waiting).resolves.toBeUndefined();
  });

  it('gives up a dead engine as soon as the worker drains', async () => {
    const stop = new AbortController();
    const { watch } = bed(false, 10_000_000, stop.signal);
    await watch.lost(never);
    const waiting = watch.ready(never);
    stop.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'engine-gone' });
  });

  it('ends the wait of an aborted request', async () => {
    const { watch, state } = bed(false);
    const stop = new AbortController();
    await watch.lost(stop.signal);
    const waiting = watch.ready(stop.signal);
    stop.abort(new Error('stop'));
    state.up = true;
    await expect(waiting).rejects.toThrow('stop');
  });
});
