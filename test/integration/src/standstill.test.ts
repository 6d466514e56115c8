import { natsSkipReason } from '@proofmill/nats-server';
import { describe, expect, test } from 'vitest';
import { expectSameRows } from './expectations.ts';
import { openScene } from './scene.ts';

const skipReason = await natsSkipReason();
const title =
  'a job whose workers NATS delivers nothing to looks into its standstill, mends that and ends with all of its rows';

describe.skipIf(skipReason).concurrent(`a standstill${skipReason && `: skipped. ${skipReason}`}`, () => {
  // Idle workers take over nothing, so nobody asks about their consumer before the coordinator looks.
  test(title, { timeout: 240_000 }, async ({ onTestFailed }) => {
    const job = { takeOver: false, quietSeconds: 3 };
    await using scene = await openScene({ title, onTestFailed, job, engine: { timeScale: 0.01 } });
    scene.begin();
    await scene.reached(0.3);

    const [run = ''] = scene.runs.values();
    expect(await scene.broker.deleteConsumers(run, 'tasks')).toEqual(['workers']);
    await scene.done();

    const said = scene.coordinators[0]?.command.stdout ?? '';
    expect(said).toMatch(/stage label: Nothing has finished for \d+ s; \d+ of 160 records have an outcome/);
    expect(said).toContain('NATS had no consumer for the workers: it was created, and delivers what is stored.');
    await expectSameRows(scene, job);
  });

  test('a job whose collectors NATS has lost notices it when it asks about them, and ends with all of its rows', {
    timeout: 240_000,
  }, async ({ onTestFailed, task }) => {
    await using scene = await openScene({ title: task.name, onTestFailed, engine: { timeScale: 0.01 } });
    scene.begin();
    await scene.reached(0.3);
    const [run = ''] = scene.runs.values();
    expect(await scene.broker.deleteConsumers(run, 'outcomes')).toEqual(['collector-0', 'collector-1']);
    await scene.done();
    await expectSameRows(scene);
  });
});
