import { natsSkipReason, startNatsCluster } from '@proofmill/nats-server';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { expectAskedTwice, expectSameRows } from './expectations.ts';
import { openScene } from './scene.ts';
import { within } from './within.ts';

const skipReason = await natsSkipReason();
const timeout = 240_000;

describe.skipIf(skipReason)(`NATS as a cluster of three${skipReason && `: skipped. ${skipReason}`}`, () => {
  afterEach(() => vi.unstubAllEnvs());

  test('with three copies of each stream, a server is lost with its store and never comes back, and the job continues', {
    timeout,
  }, async ({ onTestFailed, task }) => {
    await using cluster = await startNatsCluster(3);
    vi.stubEnv('NATS_REPLICAS', '3');
    const natsUrl = () => cluster.url;
    await using scene = await openScene({ title: task.name, onTestFailed, engine: { timeScale: 0.01 }, natsUrl });
    scene.begin();
    await scene.reached(0.3);
    const [lost] = cluster.servers;
    if (!lost) throw new Error('the cluster has no server');
    await cluster.lose(lost);
    await within('the job is done', scene.done(), timeout / 2);
    for (const role of [...scene.coordinators, ...scene.collectors, ...scene.workers])
      expect(
        role.lives.map(({ code }) => code),
        role.name,
      ).toEqual([0]);
    await expectSameRows(scene);
    expectAskedTwice(scene, task.name, { brokers: 1 });
  });

  test('a single server is asked for three copies: the coordinator ends with 2 and says what to do', {
    timeout,
  }, async ({ onTestFailed, task }) => {
    await using scene = await openScene({ title: task.name, onTestFailed });
    const words = ['coordinator', '--job', scene.job.job, '--nats', scene.nats.url, '--nats-replicas'];
    const refused = await scene.command(...words, '3');
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/single server: leave --nats-replicas and NATS_REPLICAS out/);
    const wrong = await scene.command(...words, 'three');
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toMatch(/--nats-replicas is "three": it must be the number of copies of each stream, 1 to 5/);
  });
});
