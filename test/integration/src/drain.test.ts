import { natsSkipReason } from '@proofmill/nats-server';
import { describe, expect, test } from 'vitest';
import { example } from './example.ts';
import { expectSameRows } from './expectations.ts';
import type { Role } from './role.ts';
import { openScene } from './scene.ts';

const skipReason = await natsSkipReason();
const timeout = 240_000;
const engine = { timeScale: 0.01 };

describe.skipIf(skipReason).concurrent(`requested stops, and twins${skipReason && `: skipped. ${skipReason}`}`, () => {
  test('a worker that gets SIGTERM exits with 143; only items that wanted further votes are asked about again', {
    timeout,
  }, async ({ onTestFailed, task }) => {
    await using scene = await openScene({ title: task.name, onTestFailed, engine });
    scene.begin();
    for (const share of [0.3, 0.6]) {
      await scene.reached(share);
      expect(await terminate(scene.workers[0])).toEqual({ code: 143, signal: null });
    }
    await scene.done();
    await expectSameRows(scene);
    const { itemsTwice } = scene.engine.asked();
    process.stdout.write(`two stops of a worker: ${itemsTwice} items asked twice, ${2 * example.slots} are allowed\n`);
    expect(itemsTwice).toBeLessThanOrEqual(2 * example.slots);
  });

  test('a coordinator and a collector that get SIGTERM exit with 143, and resume when restarted', {
    timeout,
  }, async ({ onTestFailed, task }) => {
    await using scene = await openScene({ title: task.name, onTestFailed, engine });
    scene.begin();
    await scene.reached(0.3);
    expect(await terminate(scene.collectors[0])).toEqual({ code: 143, signal: null });
    await scene.reached(0.6);
    expect(await terminate(scene.coordinators[0])).toEqual({ code: 143, signal: null });
    await scene.done();
    await expectSameRows(scene);
    expect(scene.engine.asked().itemsTwice).toBe(0);
  });

  test('three workers and two collectors of the same partitions share two stages; nothing is asked twice', {
    timeout,
  }, async ({ onTestFailed, task }) => {
    const job = { prove: true };
    await using scene = await openScene({ title: task.name, onTestFailed, job, engine, workers: 3, collectors: 2 });
    scene.begin();
    await scene.done();
    await expectSameRows(scene, job);
    expect(scene.engine.asked().itemsTwice).toBe(0);
  });

  test('two coordinators finish one job, whichever is first', { timeout }, async ({ onTestFailed, task }) => {
    await using scene = await openScene({ title: task.name, onTestFailed, engine, coordinators: 2, collectors: 2 });
    scene.begin();
    await scene.done();
    await expectSameRows(scene);
    process.stdout.write(`two coordinators: ${scene.engine.asked().itemsTwice} items asked twice\n`);
  });
});

function terminate(role: Role | undefined) {
  const { command } = role ?? {};
  command?.kill('SIGTERM');
  return command?.ended;
}
