import type { Dispatch } from '@proofmill/contract';
import { expect, it } from 'vitest';
import type { OpenShards } from './open-shards.ts';
import { SpareWorkers } from './spare-workers.ts';

/** What is said while the demand is this, one second after the other, of a stage of which so many of two shards are opened. */
async function said(demands: readonly { queued: number; waiting: number }[], opened = 2, isPlanned = true) {
  const changes: [atMs: number, areSpare: boolean][] = [];
  let nowMs = 0;
  let asked = 0;
  const spare = new SpareWorkers({
    dispatch: {
      demand: async () => {
        asked += 1;
        return demands[Math.floor(nowMs / 1000)];
      },
    } as unknown as Dispatch,
    shards: { areAllOpened: (planned: number) => opened >= planned } as unknown as OpenShards,
    progress: { planned: 2, end: isPlanned ? { v: 1, run: 'r', shards: 2, records: 9, decided: 0 } : null },
    clock: { now: () => nowMs, sleep: async () => undefined },
    watchMs: 1000,
    onSpare: (areSpare) => void changes.push([nowMs, areSpare]),
  });
  for (; nowMs < demands.length * 1000; nowMs += 200) await spare.look();
  return { changes, asked };
}

const busy = { queued: 5, waiting: 0 };
const idle = { queued: 0, waiting: 3 };
const allGone = { queued: 0, waiting: 0 };

it('workers are spare when no task waits for them, which is asked once in a while', async () => {
  expect(await said([busy, busy, idle, idle])).toEqual({ changes: [[2000, true]], asked: 4 });
});

it('they are spare until a task waits for a worker and none waits for it', async () => {
  const offered = { queued: 2, waiting: 1 };
  const { changes } = await said([idle, offered, allGone, { queued: 1, waiting: 0 }, idle]);
  expect(changes).toEqual([
    [0, true],
    [3000, false],
    [4000, true],
  ]);
});

it('they are not spare while shards are to be opened, the plan is being written, or tasks wait', async () => {
  expect(await said([idle, idle], 1)).toEqual({ changes: [], asked: 0 });
  expect(await said([idle, idle], 2, false)).toEqual({ changes: [], asked: 0 });
  expect((await said([allGone, allGone])).changes).toEqual([]);
  expect((await said([{ queued: 2, waiting: 1 }, busy])).changes).toEqual([]);
});
