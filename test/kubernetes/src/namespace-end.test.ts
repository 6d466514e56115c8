/** A namespace is deleted with everything in it: operator, NATS, and jobs in each state. It ends by itself. */
import { describe, expect, test } from 'vitest';
import {
  applyDefinition,
  type Cluster,
  clusterJob,
  complete,
  install,
  noCluster,
  outsideOperator,
  startWitness,
  submit,
  theCluster,
  until,
} from './kit/index.ts';

const slowMs = 600_000;
const minuteMs = 60_000;
const records = 320;

/** Deletes it, and resolves when it is gone. */
async function gone(cluster: Cluster, name: string): Promise<void> {
  await cluster.kubectl(['delete', 'namespace', name, '--wait=false']);
  const began = performance.now();
  await until(
    `the namespace ${name} is gone`,
    async () => (await cluster.kubectl(['get', 'namespace', name, '--ignore-not-found', '-o', 'name'])).trim() === '',
    { withinMs: minuteMs },
  );
  process.stdout.write(`gone after ${Math.round((performance.now() - began) / 1000)} s\n`);
}

describe.skipIf(noCluster !== '')(`a namespace that is deleted${noCluster && `: ${noCluster}`}`, () => {
  test('is gone within a minute, with jobs in it that run, are suspended, and are finished', {
    timeout: slowMs,
  }, async ({ onTestFailed }) => {
    const cluster = await theCluster();
    await using installation = await install(cluster, 'gone');
    onTestFailed(() => installation.report());
    const { namespace } = installation;
    await using witness = await startWitness(cluster, 0.05);
    const finished = await clusterJob(installation, { name: 'finished', records: 20, timeScale: 0, workers: 1 });
    const suspended = await clusterJob(installation, { name: 'suspended', records, workers: 1 });
    const running = await clusterJob(installation, { name: 'running', records, engine: witness.url });
    for (const job of [finished, suspended]) await submit(installation, job);
    await complete(installation, finished);
    const suspend = ['patch', 'scoringjob', suspended.name, '--type=merge', '-p', '{"spec":{"suspend":true}}'];
    await namespace.kubectl(suspend);
    await namespace.kubectl(['wait', 'scoringjob/suspended', '--for=condition=Suspended', '--timeout=120s']);
    await submit(installation, running);
    await witness.reached(0.2, records);
    const workers = ['get', 'pods', '-l', 'proofmill.dev/job=running,app.kubernetes.io/component=worker', '-o', 'name'];
    expect((await namespace.kubectl(workers)).trim().split('\n')).toHaveLength(2);

    await gone(cluster, namespace.name);
    const partial = await running.verify('--deep', '--partial');
    expect([partial.code, partial.stderr], partial.stdout).toEqual([0, '']);
  });

  test('is gone within a minute by an operator elsewhere, whose Jobs would wait for their pods', {
    timeout: slowMs,
  }, async () => {
    const cluster = await theCluster();
    await applyDefinition(cluster);
    await using operator = await outsideOperator(cluster, 'elsewhere');
    const { namespace } = operator;
    const script = "trap 'exit 143' TERM; while :; do sleep 1; done";
    const container = { name: 'c', image: cluster.busybox, imagePullPolicy: 'Never', command: ['sh', '-c', script] };
    // As the Jobs of workers are. Its driver is gone.
    await namespace.kubectl(['apply', '-f', '-'], {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'w', labels: { 'app.kubernetes.io/managed-by': 'proofmill', 'proofmill.dev/job': 'one' } },
      spec: {
        ...{ completionMode: 'Indexed', completions: 2, parallelism: 2 },
        ...{ backoffLimitPerIndex: 1000, podReplacementPolicy: 'Failed' },
        template: { spec: { restartPolicy: 'Never', terminationGracePeriodSeconds: 5, containers: [container] } },
      },
    });
    const { said } = operator.start();
    await until('the operator leads', async () => said().includes('"leading"'));
    await namespace.kubectl(['wait', 'pods', '-l', 'job-name=w', '--for=condition=Ready', '--timeout=120s']);
    await gone(cluster, namespace.name);
  });
});
