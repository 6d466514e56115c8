/** Jobs in queues of a real Kueue: what counts against a quota, what waits, and who suspends what. */
import { example, undisturbed } from '@proofmill/test-integration';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type ClusterJob,
  type ClusterJobOptions,
  clusterJob,
  complete,
  describeInstalled,
  installKueue,
  type JobObject,
  noKueue,
  noPods,
  type Queues,
  startWitness,
  statusOf,
  submit,
  theCluster,
  until,
} from './kit/index.ts';

const slow = { timeout: 900_000 };
const records = 160;
/** The machine may be busy with all of it: API server, Kueue, pods, engine. */
const patiently = { withinMs: 300_000 };
const queueName = 'kueue.x-k8s.io/queue-name';
/** Two workers of 10m, with a simulator of 50m each. */
const twoWithSimulators = '120m';
const least = 'kueue.x-k8s.io/job-min-parallelism';

interface JobFields {
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  readonly spec: { readonly parallelism: number; readonly completions: number; readonly suspend?: boolean };
}

describe.skipIf(noKueue !== '')(`Kueue${noKueue && `: ${noKueue}`}`, () => {
  let kueue: (Queues & AsyncDisposable) | undefined;
  beforeAll(async () => {
    // What a job is held against. It takes as long as a job, which must not end meanwhile.
    await undisturbed({ records });
    kueue = await installKueue(await theCluster());
  }, slow.timeout);
  afterAll(() => kueue?.[Symbol.asyncDispose](), slow.timeout);

  describeInstalled('a job in a queue', { prefix: 'kueue' }, (there) => {
    const queues = (): Queues => {
      if (!kueue) throw new Error('Kueue is not installed yet');
      return kueue;
    };
    const kubectl = (...words: string[]): Promise<string> => there.installation.namespace.kubectl(words);
    const namesOf = async (what: string, job: string): Promise<string[]> =>
      (await kubectl('get', what, '-l', `proofmill.dev/job=${job}`, '-o', 'jsonpath={.items[*].metadata.name}'))
        .split(' ')
        .filter(Boolean);
    const jobOf = async (name: string): Promise<JobFields> =>
      JSON.parse(await kubectl('get', 'job', name, '-o', 'json')) as JobFields;
    const workerPods = async (job: string): Promise<string[]> =>
      (await namesOf('pods', job)).filter((name) => name.includes('-worker-'));
    /** The names of the Jobs that Kueue counts. */
    const counted = async (job: string): Promise<string[]> =>
      (await kubectl('get', 'workloads', '-o', 'jsonpath={.items[*].metadata.ownerReferences[0].name}'))
        .split(' ')
        .filter((name) => name.startsWith(`${job}-`))
        .toSorted();
    const phase = (name: string, wanted: string): Promise<true> =>
      until(
        `${name} is ${wanted}`,
        async () => (await kubectl('get', 'scoringjob', name, '-o', 'jsonpath={.status.phase}')) === wanted,
        patiently,
      );
    /** PATCHes of Jobs that the API server has answered so far, whoever sent them. */
    const patches = async (): Promise<number> => {
      const lines = (await there.installation.cluster.kubectl(['get', '--raw', '/metrics'])).split('\n');
      const ofJobs = lines.filter((line) => /^apiserver_request_total\{.*resource="jobs".*verb="PATCH"/.test(line));
      return ofJobs.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
    };
    /** How many PATCHes of Jobs ten seconds bring. Two that suspend and resume against each other make hundreds. */
    const patchesInTenSeconds = async (): Promise<number> => {
      const [before, beganMs] = [await patches(), performance.now()];
      await until('ten seconds have passed', async () => performance.now() - beganMs > 10_000);
      return (await patches()) - before;
    };
    /** Waits for its rows, and removes it: the next test needs the machine. */
    const expectRowsOf = async (job: ClusterJob): Promise<void> => {
      await complete(there.installation, job, 500);
      await job.expectRows();
      await kubectl('delete', 'scoringjob', job.name, '--timeout=120s');
    };
    const inQueue = (queue: string, annotations: Record<string, string> = {}): ClusterJobOptions => ({
      records,
      collectors: 1,
      change: (job: JobObject) => {
        Object.assign(job.metadata, { labels: { [queueName]: queue }, annotations });
      },
    });

    test(
      'runs with as many workers as Kueue admits, which nobody corrects, and nothing else of it is counted',
      slow,
      async ({ onTestFailed }) => {
        onTestFailed(() => there.installation.report());
        const { namespace, cluster } = there.installation;
        await queues().create(namespace, 'narrow', '20m');
        await using witness = await startWitness(cluster, 0.02);
        const options = { ...inQueue('narrow', { [least]: '1' }), name: 'narrow', engine: witness.url, workers: 4 };
        const job = await clusterJob(there.installation, options);
        await submit(there.installation, job);
        await witness.reached(0.5, records);
        expect(await counted('narrow')).toEqual(['narrow-label-worker']);
        expect((await jobOf('narrow-label-worker')).spec).toMatchObject({ parallelism: 2, completions: 2 });
        expect(await workerPods('narrow')).toHaveLength(2);
        expect(await statusOf(there.installation, job, 'workers')).toBe('2/4');
        await expectRowsOf(job);
        expect(witness.itemsTwice()).toBe(0);
        await until('its quota is free', async () => (await counted('narrow')).length === 0, patiently);
      },
    );

    test(
      'is drained when its queue is, is Queued meanwhile, and continues when the queue is released',
      slow,
      async ({ onTestFailed }) => {
        onTestFailed(() => there.installation.report());
        const { namespace, cluster } = there.installation;
        await queues().create(namespace, 'drained', '20m');
        await using witness = await startWitness(cluster, 0.02);
        const job = await clusterJob(there.installation, {
          ...inQueue('drained'),
          name: 'drained',
          engine: witness.url,
        });
        await submit(there.installation, job);
        await witness.reached(0.3, records);
        await queues().stop(namespace, 'drained', 'HoldAndDrain');
        await kubectl('wait', 'scoringjob/drained', '--for=condition=Queued', '--timeout=300s');
        await until('no worker is left', async () => (await workerPods('drained')).length === 0, patiently);
        await until(
          'Kueue has said why',
          async () =>
            /^drained-label-worker waits in the queue drained until Kueue admits it: .*(stopped|inactive)/.test(
              await statusOf(there.installation, job, 'message'),
            ),
          patiently,
        );
        expect(await patchesInTenSeconds()).toBeLessThan(10);
        expect(await statusOf(there.installation, job, 'phase')).toBe('Queued');
        expect(await statusOf(there.installation, job, 'workers')).toBe('0/2');
        await queues().stop(namespace, 'drained', 'None');
        await expectRowsOf(job);
        // What was in flight was finished, as at every SIGTERM; only items that wanted further votes are asked about again.
        expect(witness.itemsTwice()).toBeLessThanOrEqual(2 * example.slots);
      },
    );

    test('waits for the job ahead of it in the queue', slow, async ({ onTestFailed }) => {
      onTestFailed(() => there.installation.report());
      const { namespace, cluster } = there.installation;
      await queues().create(namespace, 'shared', twoWithSimulators);
      await using witness = await startWitness(cluster, 0.02);
      const first = await clusterJob(there.installation, { ...inQueue('shared'), name: 'first', engine: witness.url });
      const second = await clusterJob(there.installation, { ...inQueue('shared'), name: 'second' });
      await submit(there.installation, first);
      await phase('first', 'Running');
      await submit(there.installation, second);
      await phase('second', 'Queued');
      await until(
        'Kueue has said why',
        async () =>
          (await statusOf(there.installation, second, 'message')).includes('insufficient unused quota for cpu'),
        patiently,
      );
      expect(await workerPods('second')).toEqual([]);
      await expectRowsOf(first);
      await expectRowsOf(second);
    });

    test(
      'leaves the queue when it is suspended, and queues up again when it resumes',
      slow,
      async ({ onTestFailed }) => {
        onTestFailed(() => there.installation.report());
        const { namespace } = there.installation;
        await queues().create(namespace, 'held', twoWithSimulators);
        await queues().stop(namespace, 'held', 'Hold');
        const job = await clusterJob(there.installation, { ...inQueue('held'), name: 'held' });
        await submit(there.installation, job);
        await phase('held', 'Queued');
        const suspend = (on: boolean) =>
          kubectl('patch', 'scoringjob', 'held', '--type=merge', '-p', JSON.stringify({ spec: { suspend: on } }));
        await suspend(true);
        await kubectl('wait', 'scoringjob/held', '--for=condition=Suspended', '--timeout=300s');
        await noPods(namespace, 'proofmill.dev/job=held');
        await until('it has left the queue', async () => (await counted('held')).length === 0, patiently);
        await queues().stop(namespace, 'held', 'None');
        await suspend(false);
        await expectRowsOf(job);
      },
    );

    test(
      'in a namespace whose LocalQueue takes every Job has its workers counted too, and nobody works against Kueue',
      slow,
      async ({ onTestFailed }) => {
        onTestFailed(() => there.installation.report());
        const { namespace, cluster } = there.installation;
        // A driver and two workers.
        await queues().create(namespace, 'default', '30m');
        await using witness = await startWitness(cluster, 0.02);
        const job = await clusterJob(there.installation, {
          ...{ records, collectors: 1, name: 'taken', engine: witness.url, workers: 4 },
          change: (object: JobObject) => Object.assign(object.metadata, { annotations: { [least]: '1' } }),
        });
        await submit(there.installation, job);
        await witness.reached(0.3, records);
        expect(await counted('taken')).toEqual(['taken-driver', 'taken-label-worker']);
        expect((await jobOf('taken-label-worker')).spec).toMatchObject({ parallelism: 2, completions: 2 });
        expect(await workerPods('taken')).toHaveLength(2);
        await queues().stop(namespace, 'default', 'HoldAndDrain');
        await kubectl('wait', 'scoringjob/taken', '--for=condition=Queued', '--timeout=300s');
        await noPods(namespace, 'proofmill.dev/job=taken');
        expect(await patchesInTenSeconds()).toBeLessThan(10);
        expect(await statusOf(there.installation, job, 'message')).toMatch(/^the driver waits in the queue default/);
        expect((await jobOf('taken-driver')).spec.suspend).toBe(true);
        await queues().stop(namespace, 'default', 'None');
        await expectRowsOf(job);
        await kubectl('delete', 'localqueue', 'default', '--timeout=300s');
      },
    );
  });
});
