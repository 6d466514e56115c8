/**
 * An operator that runs on this machine, for a namespace in which drivers get no image: the tests act as the driver, and report its
 * progress in the annotation of its Job.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cluster } from '@proofmill/one-node-cluster';
import type { JobObject } from './jobs.ts';
import { type Namespace, temporaryNamespace } from './namespace.ts';
import { type RunningCommand, startProofmill } from './proofmill.ts';
import { until } from './until.ts';

const settings = JSON.stringify({
  image: 'proofmill:none',
  imagePullPolicy: 'Never',
  nats: { url: 'nats://nats:4222' },
});

export interface OutsideOperator extends AsyncDisposable {
  readonly namespace: Namespace;
  /** Starts an operator; before the first call none runs. */
  start(): RunningCommand;
  /** Null where it does not exist. */
  get(kind: string, name: string): Promise<JobObject>;
  /** Resolves when the driver exists. */
  driverOf(job: string): Promise<JobObject>;
  statusOf(job: string): Promise<JobObject>;
  /** Reports this as the driver. */
  says(job: string, status: object): Promise<unknown>;
}

export async function outsideOperator(cluster: Cluster, prefix: string): Promise<OutsideOperator> {
  const namespace = await temporaryNamespace(cluster, prefix);
  const folder = await mkdtemp(join(tmpdir(), `proofmill-${prefix}-`));
  await writeFile(join(folder, 'cluster.yaml'), settings);
  await namespace.kubectl(['create', 'configmap', 'settings', `--from-literal=cluster.yaml=${settings}`]);
  await namespace.kubectl(['create', 'serviceaccount', 'proofmill-driver']);
  const started: RunningCommand[] = [];
  const get: OutsideOperator['get'] = async (kind, name) => {
    const text = await namespace.kubectl(['get', kind, name, '--ignore-not-found', '-o', 'json']);
    return text.trim() === '' ? null : JSON.parse(text);
  };
  return {
    namespace,
    get,
    start() {
      const operator = startProofmill(cluster, ['operator'], {
        PROOFMILL_NAMESPACE: namespace.name,
        PROOFMILL_CLUSTER: join(folder, 'cluster.yaml'),
        PROOFMILL_CLUSTER_CONFIGMAP: 'settings',
        POD_NAME: `operator-${started.length}`,
      });
      started.push(operator);
      return operator;
    },
    driverOf: (job) =>
      until(`the driver of ${job}`, async () => {
        const driver = await get('job', `${job}-driver`);
        return driver?.metadata.deletionTimestamp ? null : driver;
      }),
    statusOf: async (job) => (await get('scoringjob', job))?.status ?? {},
    says: (job, status) =>
      namespace.kubectl(['annotate', 'job', `${job}-driver`, '--overwrite', `proofmill.dev/status=${saying(status)}`]),
    async [Symbol.asyncDispose]() {
      await namespace.kubectl(['delete', 'scoringjobs', '--all', '--timeout=60s']).catch(() => '');
      await Promise.all(started.map((operator) => operator[Symbol.asyncDispose]()));
      await namespace[Symbol.asyncDispose]();
      await rm(folder, { recursive: true });
    },
  };
}

const saying = (status: object): string =>
  JSON.stringify({
    ...{ phase: 'Running', message: 'labelling', stage: 'label', done: 5, total: 10, failed: 0, recordsPerSecond: 2 },
    ...{ rate: '2/s', etaSeconds: 3, eta: '3s', workers: '1/1', stages: [], output: 's3://bucket/out', conditions: [] },
    ...status,
  });

/** A job of one stage; nobody reads its corpus. */
export const smallJob = (name: string, spec: object = {}, output = name): JobObject => ({
  apiVersion: 'proofmill.dev/v1alpha1',
  kind: 'ScoringJob',
  metadata: { name },
  spec: {
    corpus: { uris: ['s3://bucket/pairs.jsonl'] },
    pipeline: [{ stage: 'label', judge: 'gram-r2', engine: { model: 'm', baseUrl: 'simulator:' } }],
    output: { uri: `s3://bucket/${output}` },
    ...spec,
  },
});
