import { natsSkipReason } from '@proofmill/nats-server';
import { describe, expect, test } from 'vitest';
import { chanceOf, chaosSeed } from './chance.ts';
import { expectAskedTwice, expectSameRows } from './expectations.ts';
import { openScene, type Scene } from './scene.ts';

const skipReason = await natsSkipReason();
const timeout = 240_000;
const engine = { timeScale: 0.01 };
const seed = chaosSeed();

type Victim = 'broker' | 'worker' | 'collector' | 'coordinator';

/** Who dies in each run. In all: five deaths of the broker and of each role. */
const runs: readonly (readonly Victim[])[] = [
  ['broker', 'broker'],
  ['broker', 'collector', 'broker', 'coordinator'],
  ['broker', 'coordinator', 'collector'],
  ['worker', 'collector', 'coordinator', 'worker'],
  ['worker', 'collector', 'worker', 'coordinator', 'worker', 'collector', 'coordinator'],
];

describe.skipIf(skipReason).concurrent(`deaths at seeded moments${skipReason && `: skipped. ${skipReason}`}`, () => {
  for (const [number, victims] of runs.entries()) {
    const title = `seed ${seed}, run ${number}: ${victims.join(', ')}`;
    test(title, { timeout }, async ({ onTestFailed }) => {
      const chance = chanceOf(seed * 1000 + number);
      // Shares of the work, so that a busy machine does not move them: between the first pull and the last commit.
      const moments = victims.map(() => 0.02 + 0.94 * chance()).sort((a, b) => a - b);
      const told = `${title} at ${moments.map((moment) => moment.toFixed(2)).join(', ')}`;
      await using scene = await openScene({ title: told, onTestFailed, engine });
      scene.begin();
      for (const [index, victim] of victims.entries()) {
        await scene.reached(moments[index] ?? 0);
        await strike(scene, victim);
      }
      await scene.done();
      await expectSameRows(scene);
      expectAskedTwice(scene, told, { brokers: victims.filter((victim) => victim === 'broker').length });
    });
  }

  test('the whole store of the broker lost in mid-run costs time only', { timeout }, async ({ onTestFailed, task }) => {
    await using scene = await openScene({ title: task.name, onTestFailed, engine });
    scene.begin();
    await scene.reached(0.4);
    await scene.nats.wipe();
    await scene.done();
    await expectSameRows(scene);
    expectAskedTwice(scene, task.name, { brokers: 1 });
  });
});

/** Kills one; the broker is started again on the same store, roles are by their keepers. */
async function strike(scene: Scene, victim: Victim): Promise<void> {
  if (victim === 'broker') {
    await scene.nats.kill('SIGKILL');
    await scene.nats.restart();
    return;
  }
  const role = { worker: scene.workers, collector: scene.collectors, coordinator: scene.coordinators }[victim][0];
  const { command } = role ?? {};
  command?.kill('SIGKILL');
  expect(await command?.ended, `the ${victim} dies`).toEqual({ code: null, signal: 'SIGKILL' });
}
