/** The users that the chart gives to the roles: a whole job passes with them, and the server refuses what a role must not do. */
import { connectNats, jetstreamDispatch } from '@proofmill/jetstream';
import { fetchNatsServer, startNatsServer } from '@proofmill/nats-server';
import { describe, expect, test } from 'vitest';
import { expectSameRows } from './expectations.ts';
import { accountOf, natsUrl, publishRefusal, type Role, roles, subscriptionRefusal } from './nats-users.ts';
import { openScene } from './scene.ts';

const timeout = 240_000;
const config = accountOf('PROOFMILL');

const run = 'job-label-0123abcd';
const tasks = `PM_${run}_TASKS`;
const outcomes = `PM_${run}_OUTCOMES`;
const acknowledgement = '1.1.1.1700000000000000000.0';

/** Subjects that a role must not publish to. The last test publishes to those of a worker as the user who may do everything. */
const notToPublish: Record<Role, readonly string[]> = {
  coordinator: [
    `pm.${run}.outcomes.0`,
    `$JS.API.CONSUMER.MSG.NEXT.${tasks}.workers`,
    `$JS.API.CONSUMER.MSG.NEXT.${outcomes}.collector-0`,
    `$JS.ACK.${tasks}.workers.${acknowledgement}`,
    '_INBOX_worker.x',
  ],
  worker: [
    `pm.${run}.tasks.00000.00001`,
    `pm.${run}.done`,
    `$JS.API.STREAM.CREATE.PM_other`,
    `$JS.API.STREAM.DELETE.${tasks}`,
    `$JS.API.STREAM.PURGE.${tasks}`,
    `$JS.API.STREAM.INFO.${tasks}`,
    '$JS.API.STREAM.NAMES',
    `$JS.API.STREAM.MSG.GET.${outcomes}`,
    `$JS.API.STREAM.MSG.GET.${tasks}`,
    `$JS.API.DIRECT.GET.${tasks}`,
    `$JS.API.DIRECT.GET.${outcomes}.pm.${run}.outcomes.0`,
    `$JS.API.DIRECT.GET.${tasks}.pm.${run}.tasks.00000.00000`,
    `$JS.API.CONSUMER.MSG.NEXT.${outcomes}.collector-0`,
    `$JS.API.CONSUMER.CREATE.${outcomes}.mine`,
    `$JS.API.CONSUMER.DURABLE.CREATE.${outcomes}.mine`,
    `$JS.API.CONSUMER.DELETE.${tasks}.workers`,
    `$JS.ACK.${outcomes}.collector-0.${acknowledgement}`,
    `$JS.ACK._.account.${outcomes}.collector-0.${acknowledgement}.x`,
    '_INBOX_collector.x',
  ],
  collector: [
    `pm.${run}.tasks.00000.00001`,
    `pm.${run}.outcomes.0`,
    `pm.${run}.done`,
    `$JS.API.STREAM.CREATE.PM_other`,
    `$JS.API.STREAM.DELETE.${outcomes}`,
    `$JS.API.STREAM.MSG.GET.${outcomes}`,
    `$JS.API.CONSUMER.MSG.NEXT.${tasks}.workers`,
    `$JS.API.CONSUMER.CREATE.${outcomes}.mine`,
    `$JS.API.CONSUMER.DELETE.${outcomes}.collector-0`,
    `$JS.ACK.${tasks}.workers.${acknowledgement}`,
    `$JS.ACK._.account.${tasks}.workers.${acknowledgement}.x`,
    '_INBOX_worker.x',
  ],
};

const notToSubscribe: Record<Role, readonly string[]> = {
  coordinator: ['>', '_INBOX_worker.>', `pm.${run}.outcomes.0`],
  worker: ['>', '_INBOX_coordinator.>', '_INBOX_collector.>', `pm.${run}.outcomes.0`, `pm.${run}.tasks.>`, '$JS.>'],
  collector: ['>', '_INBOX_worker.>', `pm.${run}.tasks.>`, `pm.${run}.outcomes.0`, '$JS.>'],
};

describe.each(['2.9.10', '2.15'] as const)('users of the chart, nats-server %s', async (version) => {
  const program = await fetchNatsServer(version, { report: () => undefined });
  const skipped = program.path === null ? `: skipped. ${program.reason} ${program.remedy}` : '';
  const nats = { program: program.path ?? '', config };

  test.skipIf(skipped)(
    `a job of two stages passes, each role with a user of its own${skipped}`,
    { timeout },
    async ({ onTestFailed, task }) => {
      const job = { prove: true, records: 40 };
      await using scene = await openScene({ title: task.name, onTestFailed, job, nats, natsUrl });
      scene.begin();
      await scene.done();
      await expectSameRows(scene, job);
      const all = [...scene.coordinators, ...scene.collectors, ...scene.workers];
      for (const role of all) expect(role.report()).not.toMatch(/ermission|NATS reports an error/);
      expect(scene.engine.asked().itemsTwice).toBe(0);
    },
  );

  test.skipIf(skipped)(`nobody connects without a password${skipped}`, async () => {
    await using server = await startNatsServer(nats);
    for (const url of [server.url, server.url.replace('nats://', 'nats://worker:Collector1@')]) {
      await expect(connectNats({ url, name: 'worker' })).rejects.toThrow(/refuses the credentials/);
    }
  });

  for (const role of roles) {
    test.skipIf(skipped)(`what a ${role} must not do is refused${skipped}`, { timeout }, async () => {
      await using server = await startNatsServer(nats);
      await using coordinator = await connectNats({ url: natsUrl(server.url, 'coordinator'), name: 'coordinator' });
      await jetstreamDispatch(coordinator, { run, partitions: 1 }).open();
      await using connection = await connectNats({ url: natsUrl(server.url, role), name: role });

      for (const subject of notToPublish[role])
        expect(await publishRefusal(connection, subject)).toBe(`publish ${subject}`);
      for (const subject of notToSubscribe[role])
        expect(await subscriptionRefusal(connection, subject)).toBe(`subscription ${subject}`);
    });
  }

  test.skipIf(skipped)(
    `a coordinator may mend a run: look at it, and create streams and consumers again${skipped}`,
    async () => {
      await using server = await startNatsServer(nats);
      await using connection = await connectNats({ url: natsUrl(server.url, 'coordinator'), name: 'coordinator' });
      const dispatch = jetstreamDispatch(connection, { run, partitions: 1 });
      await dispatch.open();
      await dispatch.publish({
        header: { v: 1, run, stageDigest: 'digest', shard: 0, chunk: 0, drive: 1 },
        frame: new Uint8Array(1),
      });
      expect(await dispatch.mend()).toEqual([]);
      for (const subject of [
        `$JS.API.CONSUMER.DELETE.${tasks}.workers`,
        `$JS.API.CONSUMER.DELETE.${outcomes}.collector-0`,
        `$JS.API.STREAM.MSG.GET.${outcomes}`,
        `$JS.API.STREAM.DELETE.${outcomes}`,
      ]) {
        expect(await publishRefusal(connection, subject)).toBeNull();
      }
      expect((await dispatch.mend()).join(' ')).toContain('it was created');
    },
  );

  test.skipIf(skipped)(`the same is not refused to a user without restrictions${skipped}`, async () => {
    await using server = await startNatsServer(nats);
    await using connection = await connectNats({ url: natsUrl(server.url, 'test'), name: 'test' });
    for (const subject of notToPublish.worker) expect(await publishRefusal(connection, subject)).toBeNull();
  });
});
