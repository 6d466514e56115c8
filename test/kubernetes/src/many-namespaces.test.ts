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
const teams: Namespace[] = [];
const flags: string[] = [];

async function prepare(cluster: Installation['cluster']): Promise<void> {
  for (const prefix of ['team-a', 'team-b', 'unwatched']) {
    teams.push(await temporaryNamespace(cluster, prefix, restricted));
  }
  const watched = teams.slice(0, 2).map(({ name }) => name);
  flags.push('--set', `operator.watchNamespaces={${watched.join()}}`);
}

describeInstalled('one operator for several namespaces', { prefix: 'platform', flags, prepare }, (there) => {
  const inTeam = (team: Namespace): Installation => ({ ...there.installation, namespace: team });

  /** A small job in a namespace that has the keys of the object store, as a platform team leaves them there. */
  async function submitted(team: Namespace) {
    const { AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '' } = there.installation.s3.env;
    const stringData = { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY };
    const store = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'store' }, stringData };
    await team.kubectl(['apply', '-f', '-'], store);
    const job = await clusterJob(inTeam(team), { records: 40, timeScale: 0, workers: 1, collectors: 1 });
    await submit(inTeam(team), job);
    return { where: inTeam(team), job };
  }

  test('jobs of one name run in each, and one in another namespace is left alone', { timeout: slowMs }, async ({
    onTestFailed,
    onTestFinished,
  }) => {
    onTestFailed(() => there.installation.report());
    onTestFinished(async () => {
      await Promise.all(teams.map((team) => team[Symbol.asyncDispose]()));
    });
    const [unwatched, ...watched] = [...teams].reverse();
    if (unwatched === undefined) throw new Error('nothing is prepared');
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
