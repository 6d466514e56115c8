/** What a user does with a job under way: suspend, resume, delete, upgrade and uninstall around it. */
import { example } from '@proofmill/test-integration';
import { expect, test } from 'vitest';
import { clusterJob, complete, describeInstalled, noPods, startWitness, statusOf, submit, until } from './kit/index.ts';

const slowMs = 400_000;
const records = 320;
const workers = 2;

describeInstalled('a job under way', { prefix: 'life' }, (there) => {
  test('is suspended, keeps what it has, and resumes', { timeout: slowMs }, async ({ onTestFailed }) => {
    onTestFailed(() => there.installation.report());
    const { namespace } = there.installation;
    await using witness = await startWitness(there.installation.cluster, 0.02);
    const job = await clusterJob(there.installation, { name: 'suspended', records, engine: witness.url, workers });
    await submit(there.installation, job);
    await witness.reached(0.3, records);
    const suspend = (on: boolean) =>
      namespace.kubectl(['patch', 'scoringjob', job.name, '--type=merge', '-p', `{"spec":{"suspend":${on}}}`]);
    await suspend(true);
    await namespace.kubectl(['wait', `scoringjob/${job.name}`, '--for=condition=Suspended', '--timeout=120s']);
    await noPods(namespace, `proofmill.dev/job=${job.name}`);
    expect(await statusOf(there.installation, job, 'phase')).toBe('Suspended');
    await suspend(false);
    await complete(there.installation, job);
    await job.expectRows();
    // No pod was killed: what was in flight was finished, and only items that wanted further votes are asked about again.
    expect(witness.itemsTwice()).toBeLessThanOrEqual(workers * example.slots);
    await namespace.kubectl(['delete', 'scoringjob', job.name, '--timeout=60s']);
  });

  test('is deleted: only its output is left, which is sound, and from which the job resumes when it is submitted again', {
    timeout: slowMs,
  }, async ({ onTestFailed }) => {
    onTestFailed(() => there.installation.report());
    const { namespace } = there.installation;
    await using witness = await startWitness(there.installation.cluster, 0.02);
    const job = await clusterJob(there.installation, { name: 'deleted', records, engine: witness.url });
    await submit(there.installation, job);
    await witness.reached(0.4, records);
    await namespace.kubectl(['delete', 'scoringjob', job.name, '--timeout=120s']);
    await until('nothing of it is left', async () => {
      const left = ['jobs,pods,configmaps', '-l', `proofmill.dev/job=${job.name}`, '-o', 'name'];
      return (await namespace.kubectl(['get', ...left])).trim() === '';
    });
    const partial = await job.verify('--deep', '--partial');
    expect([partial.code, partial.stderr], partial.stdout).toEqual([0, '']);
    await submit(there.installation, job);
    await complete(there.installation, job);
    await job.expectRows();
    await namespace.kubectl(['delete', 'scoringjob', job.name, '--timeout=60s']);
  });

  test('continues through helm upgrade, and keeps the passwords of NATS', { timeout: slowMs }, async ({
    onTestFailed,
  }) => {
    onTestFailed(() => there.installation.report());
    const { namespace } = there.installation;
    await using witness = await startWitness(there.installation.cluster, 0.02);
    const job = await clusterJob(there.installation, { name: 'upgraded', records, engine: witness.url });
    const passwords = () => namespace.kubectl(['get', 'secret', 'proofmill-nats', '-o', 'jsonpath={.data}']);
    const before = await passwords();
    await submit(there.installation, job);
    await witness.reached(0.3, records);
    await there.installation.upgrade('--set', 'operator.log=debug');
    expect(await passwords()).toBe(before);
    await complete(there.installation, job);
    await job.expectRows();
    expect(witness.itemsTwice()).toBe(0);
    await namespace.kubectl(['delete', 'scoringjob', job.name, '--timeout=60s']);
  });

  test('waits when the chart is uninstalled, also with a driver that starts then, and continues when it is installed again', {
    timeout: slowMs,
  }, async ({ onTestFailed }) => {
    onTestFailed(() => there.installation.report());
    await using witness = await startWitness(there.installation.cluster, 0.02);
    const job = await clusterJob(there.installation, { name: 'uninstalled', records, engine: witness.url });
    await submit(there.installation, job);
    await witness.reached(0.3, records);
    await there.installation.helm('uninstall', 'proofmill', '--wait');
    const { namespace } = there.installation;
    await noPods(namespace, 'app.kubernetes.io/component in (operator,nats)');
    const drivers = ['-l', `proofmill.dev/job=${job.name},app.kubernetes.io/component=driver`];
    await namespace.kubectl(['delete', 'pods', ...drivers, '--timeout=120s']);
    // The settings are gone too, so the pod of the next driver waits for them.
    await until('another driver is there', async () => {
      const phase = ['-o', 'jsonpath={.items[*].status.phase}'];
      return (await namespace.kubectl(['get', 'pods', ...drivers, ...phase])).trim() === 'Pending';
    });
    await there.installation.upgrade();
    await complete(there.installation, job);
    await job.expectRows();
  });
});
