import type { Clock, TaskDelivery } from '@proofmill/contract';
import { expect, it } from 'vitest';
import { beat } from './heartbeats.ts';
import { HeldTasks } from './held-tasks.ts';

it('heartbeats extend held tasks until they are ended, whatever the transport replies', async () => {
  const ended = new AbortController();
  const clock: Clock = { now: () => 0, sleep: async () => undefined };
  const held = new HeldTasks();
  let extensions = 0;
  held.add({
    header: { v: 1, run: 'r', stageDigest: 's', shard: 0, chunk: 0, drive: 1 },
    frame: new Uint8Array(),
    acknowledge: async () => undefined,
    release: async () => undefined,
    async extend() {
      extensions += 1;
      if (extensions === 20) ended.abort();
      throw new Error('the transport is away');
    },
  } satisfies TaskDelivery);
  await beat({ clock, held, heartbeatMs: 10, signal: ended.signal });
  expect(extensions).toBe(20);
});
