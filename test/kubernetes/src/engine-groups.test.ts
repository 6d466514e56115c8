/** Engines of several nodes, with simulators in place of their ranks: scheduled, found by name, killed, made again, completed. */
import { expect, test } from 'vitest';
import { clusterJob, complete, describeInstalled, noPods, submit, until } from './kit/index.ts';

const slowMs = 600_000;
const selector = 'app.kubernetes.io/component=worker';

interface Listed {
  readonly metadata: { readonly name: string; readonly uid: string; readonly labels: Readonly<Record<string, string>> };
  readonly status: { readonly podIP?: string; readonly conditions?: readonly { type: string; status: string }[] };
}

describeInstalled('engines of several nodes', { prefix: 'groups' }, (there) => {
  const list = async (what: string): Promise<readonly Listed[]> =>
    JSON.parse(await there.installation.namespace.kubectl(['get', what, '-l', selector, '-o', 'json'])).items;
  const uidOf = async (job: string): Promise<string | undefined> =>
    (await list('jobs')).find(({ metadata }) => metadata.name === job)?.metadata.uid;
  const isReady = ({ status }: Listed): boolean =>
    status.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') ?? false;
  /** The pod of a node, once both nodes of its worker are ready. */
  const node = (worker: string, index: string): Promise<Listed> =>
    until(
      `worker ${worker} is ready on both nodes`,
      async () => {
        const pods = (await list('pods')).filter(({ metadata }) => metadata.labels['proofmill.dev/group'] === worker);
        const ready = pods.filter(isReady);
        return (
          ready.length === 2 &&
          ready.find(({ metadata }) => metadata.labels['batch.kubernetes.io/job-completion-index'] === index)
        );
      },
      { withinMs: 180_000 },
    );

  test('a worker whose node dies is made again as a whole, the other one works on, and the job completes', {
    timeout: slowMs,
  }, async ({ onTestFailed }) => {
    onTestFailed(() => there.installation.report());
    const { namespace } = there.installation;
    const change = ({ spec }: { spec: { pipeline: { fleet: object }[] } }): void => {
      for (const { fleet } of spec.pipeline)
        Object.assign(fleet, { nodesPerWorker: 2, gpusPerWorker: 0, graceSeconds: 30 });
    };
    const job = await clusterJob(there.installation, {
      records: 480,
      timeScale: 0.1,
      workers: 2,
      collectors: 1,
      change,
    });
    await submit(there.installation, job);
    const [main, other] = [await node('0', '0'), await node('0', '1')];

    const lookup = `require('dns').lookup('scene-label-worker-0-0.nodes-scene-label', (e, a) => console.log(e ?? a))`;
    const address = await namespace.kubectl(['exec', other.metadata.name, '-c', 'worker', '--', 'node', '-e', lookup]);
    expect(address.trim()).toBe(main.status.podIP);

    const [first, second] = [await uidOf('scene-label-worker-0'), await uidOf('scene-label-worker-1')];
    await namespace.kubectl(['delete', 'pod', other.metadata.name, '--grace-period=0', '--force', '--wait=false']);
    await until(
      'the group is made again',
      async () => {
        const uid = await uidOf('scene-label-worker-0');
        return uid !== undefined && uid !== first;
      },
      { withinMs: 180_000 },
    );
    expect(await uidOf('scene-label-worker-1')).toBe(second);

    const engineOf = await node('1', '1');
    const kill = ['exec', engineOf.metadata.name, '-c', 'engine', '--', 'node', '-e', 'process.kill(1, "SIGTERM")'];
    await namespace.kubectl(kill);
    await until(
      'the group whose engine ended is made again',
      async () => {
        const uid = await uidOf('scene-label-worker-1');
        return uid !== second;
      },
      { withinMs: 180_000 },
    );

    await complete(there.installation, job);
    await job.expectRows();
    await noPods(namespace, `proofmill.dev/job=${job.name},app.kubernetes.io/component in (worker,collector)`);
  });
});
