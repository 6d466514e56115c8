import { natsSkipReason } from '@proofmill/nats-server';
import { chanceOf } from '@proofmill/test-kit';
import { describe, expect, test } from 'vitest';
import { expectAskedTwice, expectSameRows } from './expectations.ts';
import { openScene, type Scene } from './scene.ts';

const skipReason = await natsSkipReason();
const timeout = 240_000;
const engine = { timeScale: 0.01 };
const seed = Number(process.env.PROOFMILL_CHAOS_SEED ?? 1);

type Victim = 'broker' | 'worker' | 'collector' | 'coordinator';

/**
 * Who dies in each run. Over all runs the broker, the collector and the coordinator die three times, the workers twice;
 * test/integrity plays longer ones.
 */
const runs: readonly (readonly Victim[])[] = [
  ['broker', 'broker', 'collector'],
  ['broker', 'coordinator'],
  ['worker', 'collector', 'coordinator'],
  ['collector', 'worker', 'coordinator'],
];

describe.skipIf(skipReason).concurrent(`deaths at seeded moments${skipReason && `: skipped. ${skipReason}`}`, () => {
  for (const [number, victims] of runs.entries()) {
    const title = `seed ${seed}, run ${number}: ${victims.join(', ')}`;
    test(title, { timeout }, async ({ onTestFailed }) => {
      const chance = chanceOf(seed * 1000 + number);
      // Shares of the work, which a busy machine does not shift, between the first pull and the last commit.
      const moments = victims.map(() => 0.02 + 0.94 * chance()).sort((a, b) => a - b);
      const fullTitle = `${title} at ${moments.map((moment) => moment.toFixed(2)).join(', ')}`;
      await using scene = await openScene({ title: fullTitle, onTestFailed, engine });
      scene.begin();
      for (const [index, victim] of victims.entries()) {
        await scene.reached(moments[index] ?? 0);
        await strike(scene, victim);
      }
      await scene.done();
      await expectSameRows(scene);
      expectAskedTwice(scene, fullTitle, { brokers: victims.filter((victim) => victim === 'broker').length });
    });
  }

  test('the loss of the whole store of the broker in mid-run costs only time', { timeout }, async ({
    onTestFailed,
    task,
  }) => {
    await using scene = await openScene({ title: task.name, onTestFailed, engine });
    scene.begin();
    await scene.reached(0.4);
    await scene.nats.wipe();
    await scene.done();
    await expectSameRows(scene);
    expectAskedTwice(scene, task.name, { brokers: 1 });
  });
});

/** Kills the victim. The broker restarts here, on the same store; the scene restarts a role. */
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
