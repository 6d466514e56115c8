/** A namespace whose ResourceQuota asks every container for CPU and memory, as request and as limit: all pods are admitted. */
import { expect, test } from 'vitest';
import { clusterJob, complete, describeInstalled, submit } from './kit/index.ts';

const slowMs = 400_000;

const quota = {
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  metadata: { name: 'everything' },
  spec: { hard: { 'requests.cpu': '4', 'requests.memory': '8Gi', 'limits.cpu': '32', 'limits.memory': '32Gi' } },
};

describeInstalled('a namespace with a quota', { prefix: 'quota' }, (there) => {
  test('the chart and a job with simulators run, and each of their pods counts', {
    timeout: slowMs,
  }, async ({ onTestFailed }) => {
    onTestFailed(() => there.installation.report());
    const { namespace } = there.installation;
    await namespace.kubectl(['apply', '-f', '-'], quota);
    // The pods of the chart are older than the quota: they are created again.
    await namespace.kubectl(['rollout', 'restart', 'deployment/proofmill-operator', 'statefulset/proofmill-nats']);
    for (const name of ['deployment/proofmill-operator', 'statefulset/proofmill-nats']) {
      await namespace.kubectl(['rollout', 'status', name, '--timeout=120s']);
    }
    const job = await clusterJob(there.installation, { records: 40, timeScale: 0 });
    await submit(there.installation, job);
    await complete(there.installation, job);
    await job.expectRows();
    const events = await namespace.kubectl(['get', 'events', '--field-selector=reason=FailedCreate', '-o', 'name']);
    expect(events.trim()).toBe('');
  });
});
