/** Pods that are deleted while a job runs, with and without their grace time: the job completes, and little is asked twice. */
import { mostAskedTwice } from '@proofmill/test-integration';
import { expect, test } from 'vitest';
import { clusterJob, complete, describeInstalled, startWitness, submit, until } from './kit/index.ts';

const slowMs = 400_000;
const records = 480;
/** Items of the chunks that a worker may hold when it is killed; see bound.ts of the integration tests. */
const heldByWorker = 30;
const workers = 2;

const roles = [
  { role: 'worker', selector: 'app.kubernetes.io/component=worker', most: { heldByKilled: heldByWorker } },
  { role: 'collector', selector: 'app.kubernetes.io/component=collector', most: {} },
  { role: 'driver', selector: 'app.kubernetes.io/component=driver', most: {} },
  { role: 'operator', selector: 'app.kubernetes.io/component=operator', most: {} },
  // Its data is lost with the pod, both times.
  { role: 'NATS', selector: 'app.kubernetes.io/component=nats', most: { brokers: 2, workers } },
];

describeInstalled('deaths on a cluster', { prefix: 'deaths' }, (there) => {
  test.each(roles)(
    'a job survives that a $role pod is deleted, and then another at once',
    {
      timeout: slowMs,
    },
    async ({ role, selector, most }) => {
      const { namespace } = there.installation;
      await using witness = await startWitness(there.installation.cluster, 0.02);
      const name = `no-${role.toLowerCase()}`;
      const job = await clusterJob(there.installation, { name, records, engine: witness.url, workers });
      try {
        await submit(there.installation, job);
        await witness.reached(0.2, records);
        const first = await deletePod();
        await witness.reached(0.5, records);
        const second = await deletePod('--grace-period=0', '--force');
        expect(second).not.toBe(first);
        await complete(there.installation, job);
        await job.expectRows();
      } catch (error) {
        await there.installation.report();
        throw error;
      }
      const bound = mostAskedTwice(most);
      process.stdout.write(`${role}: ${witness.itemsTwice()} items asked twice, ${bound} may be\n`);
      expect(witness.itemsTwice()).toBeLessThanOrEqual(bound);
      await namespace.kubectl(['delete', 'scoringjob', job.name, '--timeout=60s']);

      /** The uid of a pod of the role that runs, which is then deleted. */
      async function deletePod(...flags: string[]): Promise<string> {
        const path = 'jsonpath={.items[0].metadata.name} {.items[0].metadata.uid}';
        const running = ['get', 'pods', '-l', selector, '--field-selector=status.phase=Running', '-o', path];
        const pod = await until(`a ${role} pod runs`, async () => {
          const found = (await namespace.kubectl(running).catch(() => '')).trim();
          return found === '' ? null : found.split(' ');
        });
        const [podName = '', uid = ''] = pod;
        await namespace.kubectl(['delete', 'pod', podName, '--wait=false', ...flags]);
        return uid;
      }
    },
  );
});
