import { natsSkipReason } from '@proofmill/nats-server';
import { describe, expect, test } from 'vitest';
import { expectSameRows } from './expectations.ts';
import { openScene } from './scene.ts';

const skipReason = await natsSkipReason();
const title = 'a job whose consumers NATS has lost looks into its standstill, mends them and ends with all of its rows';

describe.skipIf(skipReason)(`a standstill${skipReason && `: skipped. ${skipReason}`}`, () => {
  // Idle workers take over nothing, so nobody asks about the workers' consumer before the coordinator looks.
  test(title, { timeout: 240_000 }, async ({ onTestFailed }) => {
    const job = { takeOver: false, quietSeconds: 3 };
    await using scene = await openScene({ title, onTestFailed, job, engine: { timeScale: 0.01 } });
    scene.begin();
    await scene.reached(0.3);

    const [run = ''] = scene.runs.values();
    expect(await scene.broker.deleteConsumers(run)).toEqual(['collector-0', 'collector-1', 'workers']);
    await scene.done();

    const said = scene.coordinators[0]?.command.stdout ?? '';
    expect(said).toMatch(/stage label: Nothing has finished for \d+ s; \d+ of 160 records have an outcome/);
    expect(said).toContain('NATS had no consumer for the workers: it was created, and delivers what is stored.');
    await expectSameRows(scene, job);
  });
});
