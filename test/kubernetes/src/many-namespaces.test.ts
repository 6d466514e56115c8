/** One operator and one NATS for the jobs of several namespaces. */
import { expect, test } from 'vitest';
import {
  clusterJob,
  complete,
  describeInstalled,
  type Installation,
  type Namespace,
  restricted,
  statusOf,
  submit,
  temporaryNamespace,
} from './kit/index.ts';

const slowMs = 400_000;

describeInstalled('one operator for several namespaces', { prefix: 'platform' }, (there) => {
  /** A small job in a namespace that has the keys of the object store, as a platform team leaves them there. */
  async function submitted(namespace: Namespace) {
    const where: Installation = { ...there.installation, namespace };
    const { AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '' } = where.s3.env;
    const stringData = { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY };
    const store = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'store' }, stringData };
    await namespace.kubectl(['apply', '-f', '-'], store);
    const job = await clusterJob(where, { records: 40, timeScale: 0, workers: 1, collectors: 1 });
    await submit(where, job);
    return { where, job };
  }

  test('jobs of one name run in each, and one in another namespace is left alone', { timeout: slowMs }, async ({
    onTestFailed,
  }) => {
    onTestFailed(() => there.installation.report());
    const { cluster, upgrade } = there.installation;
    await using made = new AsyncDisposableStack();
    const namespaceOf = async (prefix: string) => made.use(await temporaryNamespace(cluster, prefix, restricted));
    const watched = [await namespaceOf('team-a'), await namespaceOf('team-b')];
    const unwatched = await namespaceOf('unwatched');
    await upgrade('--set', `operator.watchNamespaces={${watched.map(({ name }) => name).join()}}`);
    const elsewhere = await submitted(unwatched);
    const jobs = await Promise.all(watched.map(submitted));
    for (const { where, job } of jobs) {
      await complete(where, job);
      await job.expectRows();
      await where.namespace.kubectl(['delete', 'scoringjob', job.name, '--timeout=120s']);
    }
    expect(await statusOf(elsewhere.where, elsewhere.job, 'phase')).toBe('');
    expect(await unwatched.kubectl(['get', 'jobs', '-o', 'name'])).toBe('');
  });
});
