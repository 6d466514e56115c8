/** A namespace is deleted with everything in it: operator, NATS, and jobs in each state. It ends by itself. */
import { describe, expect, test } from 'vitest';
import { clusterJob, complete, install, noCluster, startWitness, submit, theCluster, until } from './kit/index.ts';

const slowMs = 600_000;
const minuteMs = 60_000;
const records = 320;

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

    await cluster.kubectl(['delete', 'namespace', namespace.name, '--wait=false']);
    const began = performance.now();
    await until(
      'the namespace is gone',
      async () => {
        const left = await cluster.kubectl(['get', 'namespace', namespace.name, '--ignore-not-found', '-o', 'name']);
        return left.trim() === '';
      },
      { withinMs: minuteMs },
    );
    process.stdout.write(`gone after ${Math.round((performance.now() - began) / 1000)} s\n`);
    const partial = await running.verify('--deep', '--partial');
    expect([partial.code, partial.stderr], partial.stdout).toEqual([0, '']);
  });
});
