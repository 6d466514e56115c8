import type { Clock, TaskDelivery } from '@proofmill/contract';
import { describe, expect, it } from 'vitest';
import { Heartbeats } from './heartbeats.ts';
import { HeldTasks } from './held-tasks.ts';
import { slotsOf } from './slots.ts';

/** Heartbeats every 10 ms of a clock that runs by itself, with an engine that hangs after 35 ms; `onBeat` may end them. */
function bed(onBeat: (beats: number, noteAnswer: () => void, end: () => void) => void, slotsTaken: number) {
  let nowMs = 0;
  const ended = new AbortController();
  const clock: Clock = {
    now: () => nowMs,
    sleep: async (ms) => {
      nowMs += ms;
    },
  };
  const slots = slotsOf(4);
  const held = new HeldTasks();
  const heartbeats = new Heartbeats({ clock, slots, held, heartbeatMs: 10, stallMs: 35, signal: ended.signal });
  let extensions = 0;
  held.add({
    header: { v: 1, run: 'r', stageDigest: 's', shard: 0, chunk: 0, drive: 1 },
    frame: new Uint8Array(),
    acknowledge: async () => undefined,
    release: async () => undefined,
    async extend() {
      extensions += 1;
      onBeat(
        extensions,
        () => heartbeats.noteAnswer(),
        () => ended.abort(),
      );
      throw new Error('the transport is away');
    },
  } satisfies TaskDelivery);
  return {
    async beat(): Promise<void> {
      if (slotsTaken > 0) await slots.take(slotsTaken, ended.signal);
      await heartbeats.beat();
    },
    extensions: () => extensions,
  };
}

describe('heartbeats', () => {
  it('extend held tasks while the engine answers, whatever the transport replies', async () => {
    const { beat, extensions } = bed((beats, noteAnswer, end) => (beats < 20 ? noteAnswer() : end()), 4);
    await beat();
    expect(extensions()).toBe(20);
  });

  it('end with an engine that has requests and answers none of them', async () => {
    const { beat, extensions } = bed(() => undefined, 1);
    await expect(beat()).rejects.toMatchObject({ name: 'UnavailableError', code: 'engine-hangs' });
    expect(extensions()).toBe(3);
  });

  it('tolerate an engine that answers nothing because it is asked nothing', async () => {
    const { beat, extensions } = bed((beats, _, end) => beats >= 20 && end(), 0);
    await beat();
    expect(extensions()).toBe(20);
  });
});
