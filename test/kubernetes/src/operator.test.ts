/**
 * The operator and `proofmill submit` against a real API server and its controllers. The tests act as the driver: they report its
 * progress in the annotation of its Job. Whole jobs run in scoring-job.test.ts.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  applyDefinition,
  type Cluster,
  type Namespace,
  noCluster,
  type RunningCommand,
  runProofmill,
  startProofmill,
  temporaryNamespace,
  theCluster,
} from './kit/index.ts';
import { until } from './kit/until.ts';

const settings = JSON.stringify({
  image: 'proofmill:none',
  imagePullPolicy: 'Never',
  nats: { url: 'nats://nats:4222' },
});

// biome-ignore lint/suspicious/noExplicitAny: each test changes other fields.
type AnyObject = any;

interface JobChanges {
  readonly model?: string;
  readonly workers?: number;
  readonly files?: string;
}

const jobOf = (name: string, { model = 'm', workers = 1, ...more } = {} as JobChanges): AnyObject => ({
  apiVersion: 'proofmill.dev/v1alpha1',
  kind: 'ScoringJob',
  metadata: { name },
  spec: {
    corpus: { uris: ['s3://bucket/pairs.jsonl'] },
    pipeline: [{ stage: 'label', judge: 'gram-r2', engine: { model, baseUrl: 'simulator:' }, fleet: { workers } }],
    output: { uri: `s3://bucket/${name}` },
    ...more,
  },
});

const said = (status: object): string =>
  JSON.stringify({
    ...{ phase: 'Running', message: 'labelling', stage: 'label', done: 5, total: 10, failed: 0, recordsPerSecond: 2 },
    ...{ rate: '2/s', etaSeconds: 3, eta: '3s', workers: '1/1', stages: [], output: 's3://bucket/out', conditions: [] },
    ...status,
  });

describe.skipIf(noCluster !== '')(`the operator${noCluster && `: ${noCluster}`}`, () => {
  let cluster: Cluster;
  let namespace: Namespace;
  let folder: string;
  const operators: RunningCommand[] = [];

  const operator = (name: string): RunningCommand => {
    const started = startProofmill(cluster, ['operator'], {
      PROOFMILL_NAMESPACE: namespace.name,
      PROOFMILL_CLUSTER: join(folder, 'cluster.yaml'),
      PROOFMILL_CLUSTER_CONFIGMAP: 'settings',
      POD_NAME: name,
    });
    operators.push(started);
    return started;
  };
  const submit = async (job: AnyObject, ...flags: string[]) => {
    const file = join(folder, `${job.metadata.name}.yaml`);
    await writeFile(file, JSON.stringify(job));
    return runProofmill(cluster, ['submit', file, '--namespace', namespace.name, ...flags]);
  };
  const get = async (kind: string, name: string): Promise<AnyObject> => {
    const text = await namespace.kubectl(['get', kind, name, '--ignore-not-found', '-o', 'json']);
    return text.trim() === '' ? null : JSON.parse(text);
  };
  const driverOf = (name: string): Promise<AnyObject> =>
    until(`the driver of ${name}`, async () => {
      const driver = await get('job', `${name}-driver`);
      return driver?.metadata.deletionTimestamp ? null : driver;
    });
  const statusOf = async (name: string): Promise<AnyObject> => (await get('scoringjob', name))?.status ?? {};
  const says = (name: string, status: object) =>
    namespace.kubectl(['annotate', 'job', `${name}-driver`, '--overwrite', `proofmill.dev/status=${said(status)}`]);
  const phase = (name: string, wanted: string) =>
    until(`phase ${wanted} of ${name}`, async () => (await statusOf(name)).phase === wanted);
  /** Ends the driver's Job as its controller would. The controller writes too, so this may take several attempts. */
  const end = (name: string, type: 'Complete' | 'Failed') =>
    until(`the end of the driver of ${name}`, async () => {
      const { startTime } = (await driverOf(name)).status;
      if (!startTime) return false;
      const reasons = { Complete: 'SuccessCriteriaMet', Failed: 'FailureTarget' };
      const conditions = [reasons[type], type].map((one) => ({
        ...{ type: one, status: 'True', lastTransitionTime: startTime },
      }));
      const ended = type === 'Complete' ? { succeeded: 1, completionTime: startTime } : { failed: 1 };
      const status = { conditions, active: 0, ready: 0, terminating: 0, uncountedTerminatedPods: null, ...ended };
      const change = JSON.stringify({ status });
      return namespace
        .kubectl(['patch', 'job', `${name}-driver`, '--subresource=status', '--type=merge', '-p', change])
        .then(
          () => true,
          () => false,
        );
    });

  beforeAll(async () => {
    cluster = await theCluster();
    await applyDefinition(cluster);
    namespace = await temporaryNamespace(cluster, 'operator');
    folder = await mkdtemp(join(tmpdir(), 'proofmill-operator-'));
    await writeFile(join(folder, 'cluster.yaml'), settings);
    await namespace.kubectl(['create', 'configmap', 'settings', `--from-literal=cluster.yaml=${settings}`]);
    await namespace.kubectl(['create', 'serviceaccount', 'proofmill-driver']);
    operator('first');
  }, 150_000);
  afterAll(async () => {
    await namespace?.kubectl(['delete', 'scoringjobs', '--all', '--timeout=60s']).catch(() => '');
    await Promise.all(operators.map((one) => one[Symbol.asyncDispose]()));
    await namespace?.[Symbol.asyncDispose]();
    if (folder) await rm(folder, { recursive: true });
  }, 120_000);

  const slow = { timeout: 400_000 };

  test('creates a driver, reports its status, and ends with it', slow, async () => {
    expect(await submit(jobOf('one'))).toMatchObject({ code: 0, stdout: expect.stringContaining('submitted') });
    const driver = await driverOf('one');
    expect(driver.metadata.ownerReferences).toMatchObject([{ kind: 'ScoringJob', name: 'one', controller: true }]);
    await until('why the driver does not start', async () =>
      /the driver cannot run: the image proofmill:none/.test((await statusOf('one')).message),
    );
    const file = join(folder, 'one.yaml');
    await using waiting = startProofmill(cluster, ['submit', file, '--namespace', namespace.name, '--wait']);
    const stages = [{ name: 'label', run: 'r', done: 0, total: null, failed: 0 }];
    await says('one', { phase: 'Planning', total: null, stages });
    await phase('one', 'Planning');
    await says('one', {});
    await phase('one', 'Running');
    expect(await namespace.kubectl(['get', 'scoringjob', 'one', '--no-headers'])).toMatch(
      /Running +5 +10 +0 +2\/s +3s +1\/1/,
    );
    await until('5 of 10', async () => /Running {2}label {2}5\/10 /.test(waiting.said()));
    await says('one', { phase: 'Succeeded', message: 'done', done: 10 });
    await end('one', 'Complete');
    await namespace.kubectl(['wait', 'scoringjob/one', '--for=condition=Complete', '--timeout=60s']);
    expect(await waiting.end).toMatchObject({ code: 0, stdout: expect.stringMatching(/Succeeded .*10\/10.* done/) });
  });

  test('a job that fails ends `submit --wait` with its exit code', slow, async () => {
    const waiting = submit(jobOf('bad'), '--wait');
    await driverOf('bad');
    await says('bad', { phase: 'LimitReached', message: 'too many records failed' });
    await end('bad', 'Failed');
    expect(await waiting).toMatchObject({ code: 3, stdout: expect.stringContaining('too many records failed') });
    await namespace.kubectl(['wait', 'scoringjob/bad', '--for=condition=Failed', '--timeout=60s']);
  });

  test(
    'submitted again: the same job is attached to, another width is told to its driver, other files recreate it, other labels are refused',
    slow,
    async () => {
      await submit(jobOf('two'));
      const before = await driverOf('two');
      expect(await submit(jobOf('two'))).toMatchObject({ code: 0, stdout: expect.stringContaining('the same') });
      const other = await submit(jobOf('two', { model: 'other' }));
      expect(other).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('pipeline[0].engine.model: "m" -> "other"'),
      });
      expect((await get('job', 'two-driver')).metadata.uid).toBe(before.metadata.uid);
      expect(await submit(jobOf('two', { workers: 3 }))).toMatchObject({
        code: 0,
        stdout: expect.stringContaining('fleet'),
      });
      const digest = 'proofmill.dev/job-file';
      const told = await until('that the driver is told', async () => {
        const driver = await driverOf('two');
        return driver.metadata.annotations[digest] !== before.metadata.annotations[digest] && driver;
      });
      expect(told.metadata.uid).toBe(before.metadata.uid);
      const file = await get('configmap', 'two-job');
      expect(JSON.parse(file.data['job.yaml']).spec.pipeline[0].fleet.workers).toBe(3);
      await submit(jobOf('two', { workers: 3, files: 'prompts' }));
      const uid = await until('another driver', async () => {
        const after = await driverOf('two');
        return after.metadata.uid !== before.metadata.uid && after.metadata.uid;
      });
      // The operator refuses what the rules of the API server cannot check.
      const votes = [{ op: 'add', path: '/spec/pipeline/0/votes', value: { stop: 'certain' } }];
      await namespace.kubectl(['patch', 'scoringjob', 'two', '--type=json', '-p', JSON.stringify(votes)]);
      await until('the refusal', async () => /votes.stop: "none" -> "certain"/.test((await statusOf('two')).message));
      expect((await get('job', 'two-driver')).metadata.uid).toBe(uid);
    },
  );

  test('suspends and resumes', slow, async () => {
    await submit(jobOf('three'));
    const { name, uid } = (await driverOf('three')).metadata;
    const suspend = (value: boolean) =>
      namespace.kubectl(['patch', 'scoringjob', 'three', '--type=merge', '-p', `{"spec":{"suspend":${value}}}`]);
    const worker = {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: {
        name: 'three-label-worker',
        labels: { 'proofmill.dev/job': 'three', 'app.kubernetes.io/managed-by': 'proofmill' },
        ownerReferences: [{ apiVersion: 'batch/v1', kind: 'Job', name, uid }],
      },
      spec: {
        template: {
          metadata: { labels: { 'proofmill.dev/job': 'three', 'app.kubernetes.io/managed-by': 'proofmill' } },
          spec: { restartPolicy: 'Never', containers: [{ name: 'w', image: 'none', imagePullPolicy: 'Never' }] },
        },
      },
    };
    await namespace.kubectl(['create', '-f', '-'], worker);
    await suspend(true);
    await namespace.kubectl(['wait', 'scoringjob/three', '--for=condition=Suspended', '--timeout=60s']);
    await until(
      'no pod',
      async () => (await namespace.kubectl(['get', 'pods', '-l', 'proofmill.dev/job=three', '-o', 'name'])) === '',
    );
    expect((await get('job', 'three-driver')).spec.suspend).toBe(true);
    expect((await get('job', 'three-label-worker')).spec.suspend).toBe(true);
    await suspend(false);
    await until('all are resumed', async () => {
      const jobs = await Promise.all(['three-driver', 'three-label-worker'].map((name) => get('job', name)));
      return jobs.every((job) => job.spec.suspend === false);
    });
    await phase('three', 'Pending');

    await namespace.kubectl(['delete', 'scoringjob', 'three', '--timeout=60s']);
    const left = ['get', 'jobs,pods,configmaps', '-l', 'proofmill.dev/job=three', '-o', 'name'];
    await until('nothing is left', async () => (await namespace.kubectl(left)).trim() === '');
  });

  test(
    'an operator takes over from one that is killed, and an API server that restarts disturbs neither',
    slow,
    async () => {
      const second = operator('second');
      await until('the second waits', async () => second.said().includes('first leads'));
      const [first] = operators;
      first?.kill('SIGKILL');
      await submit(jobOf('four'));
      await until('the second leads', async () => second.said().includes('"leading"'));
      await driverOf('four');
      await says('four', { done: 6 });
      await until('6 are done', async () => (await statusOf('four')).done === 6);
      await cluster.restartApiServer();
      await says('four', { done: 7 });
      await until('7 are done', async () => (await statusOf('four')).done === 7);
      // An operator that is stopped hands over at once.
      const third = operator('third');
      await until('the third waits', async () => third.said().includes('second leads'));
      second.kill('SIGTERM');
      expect((await second.end).code).toBe(143);
      await until('the third leads', async () => third.said().includes('"leading"'), { withinMs: 8000 });
      await says('four', { done: 8 });
      await until('8 are done', async () => (await statusOf('four')).done === 8);
    },
  );

  test('a plain job needs neither operator nor custom resource', slow, async () => {
    const flags = ['--plain', '--settings-configmap', 'settings'];
    expect(await submit(jobOf('plain'), ...flags)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('submitted'),
    });
    expect((await driverOf('plain')).metadata.ownerReferences).toBeUndefined();
    expect(await submit(jobOf('plain'), ...flags)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('the same'),
    });
    const other = await submit(jobOf('plain', { model: 'other' }), ...flags);
    expect(other).toMatchObject({ code: 2, stderr: expect.stringContaining('engine.model: "m" -> "other"') });
    const waiting = submit(jobOf('plain'), ...flags, '--wait');
    await says('plain', { phase: 'Succeeded', message: 'done' });
    await end('plain', 'Complete');
    expect(await waiting).toMatchObject({ code: 0, stdout: expect.stringContaining('Succeeded') });
    // A ScoringJob of that name does not take it over.
    await submit(jobOf('plain'));
    await until('the refusal', async () =>
      /does not belong to this ScoringJob/.test((await statusOf('plain')).message),
    );
    await namespace.kubectl(['delete', 'scoringjob', 'plain', '--timeout=60s']);
    expect(await get('job', 'plain-driver')).not.toBeNull();
  });
});
