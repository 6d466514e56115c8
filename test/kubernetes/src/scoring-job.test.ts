/** The whole way on a cluster: helm install, kubectl apply, kubectl wait, and the output in the object store. */
import { expect, test } from 'vitest';
import { clusterJob, complete, describeInstalled, noPods, statusOf, submit, until } from './kit/index.ts';

const slowMs = 400_000;

describeInstalled('a ScoringJob', { prefix: 'jobs' }, (there) => {
  test('is labelled and proved by two workers with an engine each, and its columns change meanwhile', {
    timeout: slowMs,
  }, async ({ onTestFailed }) => {
    onTestFailed(() => there.installation.report());
    const { namespace } = there.installation;
    const job = await clusterJob(there.installation, { prove: true });
    await submit(there.installation, job);
    const over = new AbortController();
    const watched = namespace
      .kubectl(['get', 'scoringjobs', '-w'], undefined, over.signal)
      .catch((error: { output?: string }) => error.output ?? '');
    await complete(there.installation, job);
    over.abort();
    const lines = (await watched).trim().split('\n');
    process.stdout.write(`${lines.join('\n')}\n`);
    expect(lines[0]?.split(/\s+/)).toEqual('NAME PHASE DONE TOTAL FAILED RATE ETA WORKERS AGE'.split(' '));
    const phases = lines.slice(1).map((line) => line.split(/\s+/)[1]);
    expect(phases).toContain('Running');
    expect(new Set(lines.slice(1).map((line) => line.split(/\s+/)[2])).size).toBeGreaterThan(4);
    expect(lines.join('\n')).toMatch(/ 2\/2 /);
    await job.expectRows();
    expect(await statusOf(there.installation, job, 'phase')).toBe('Succeeded');
    expect(await statusOf(there.installation, job, 'output')).toBe(job.outUri);
    await noPods(namespace, 'proofmill.dev/job=scene,app.kubernetes.io/component in (worker,collector)');

    await namespace.kubectl(['delete', 'scoringjob', job.name, '--timeout=60s']);
    await until('nothing of it is left', async () => {
      const left = ['jobs,pods,configmaps', '-l', `proofmill.dev/job=${job.name}`, '-o', 'name'];
      return (await namespace.kubectl(['get', ...left])).trim() === '';
    });
    await job.expectRows();
  });

  test('submitted again, it is complete at once and its output stays as it is', {
    timeout: slowMs,
  }, async ({ onTestFailed }) => {
    onTestFailed(() => there.installation.report());
    const job = await clusterJob(there.installation, { records: 40, timeScale: 0 });
    await submit(there.installation, job);
    await complete(there.installation, job);
    await there.installation.namespace.kubectl(['delete', 'scoringjob', job.name, '--timeout=60s']);
    await submit(there.installation, job);
    await complete(there.installation, job, 120);
    await job.expectRows();
  });
});
