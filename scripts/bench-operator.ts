/**
 * npm run bench:operator [-- --jobs N] [--pods N --kwok FILE] [--seconds N] [--main FILE]
 *
 * What the operator costs: on a cluster of its own with N suspended jobs (default 200), calls to the API server in a minute, processor
 * and memory of the operator, and how soon a new job has its driver, five times. `--pods`: so many fake pods of workers besides, which
 * kwok runs (`go install sigs.k8s.io/kwok/cmd/kwok@v0.7.0`). `--main`: the program of another checkout, services/cli/src/main.ts.
 * Prints one line of JSON.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempDisposable, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type Cluster, startCluster } from '@proofmill/one-node-cluster';
import { until } from '@proofmill/process';

const root = join(import.meta.dirname, '..');
const { values: flags } = parseArgs({
  options: {
    jobs: { type: 'string', default: '200' },
    pods: { type: 'string', default: '0' },
    kwok: { type: 'string' },
    seconds: { type: 'string', default: '60' },
    main: { type: 'string', default: join(root, 'services/cli/src/main.ts') },
  },
});
const [jobs, pods, seconds] = [Number(flags.jobs), Number(flags.pods), Number(flags.seconds)];
const namespace = 'bench';
const podsOfNode = 1000;
const batch = 500;
const report = (line: string): void => console.error(line);

const jobOf = (name: string, suspend: boolean): object => ({
  ...{ apiVersion: 'proofmill.dev/v1alpha1', kind: 'ScoringJob', metadata: { name, namespace } },
  spec: {
    suspend,
    corpus: { uris: ['s3://bucket/pairs.jsonl'] },
    pipeline: [{ stage: 'label', judge: 'gram-r2', engine: { model: 'm', baseUrl: 'simulator:' } }],
    output: { uri: `s3://bucket/${name}` },
  },
});

const nodeOf = (number: number): object => ({
  ...{ apiVersion: 'v1', kind: 'Node' },
  metadata: { name: `fake-${number}`, annotations: { 'kwok.x-k8s.io/node': 'fake' } },
  spec: { taints: [{ key: 'fake', effect: 'NoSchedule' }] },
  status: { allocatable: { cpu: '1000', memory: '1Ti', pods: String(podsOfNode) } },
});

const podOf = (number: number): object => ({
  ...{ apiVersion: 'v1', kind: 'Pod' },
  metadata: {
    ...{ name: `worker-${number}`, namespace },
    labels: {
      'app.kubernetes.io/managed-by': 'proofmill',
      'app.kubernetes.io/component': 'worker',
      'proofmill.dev/job': `idle-${number % jobs}`,
    },
  },
  spec: {
    nodeName: `fake-${Math.floor(number / podsOfNode)}`,
    containers: [{ name: 'worker', image: 'none' }],
    tolerations: [{ operator: 'Exists' }],
  },
});

async function create(cluster: Cluster, items: readonly object[]): Promise<void> {
  for (let at = 0; at < items.length; at += batch) {
    const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: items.slice(at, at + batch) });
    await cluster.kubectl(['create', '-f', '-'], { input });
    if (items.length > batch) report(`  ${Math.min(at + batch, items.length)} of ${items.length} are created`);
  }
}

/** Calls to the API server so far, by verb and resource. Watches count when they end. */
async function callsSoFar(cluster: Cluster): Promise<Map<string, number>> {
  const calls = new Map<string, number>();
  for (const line of (await cluster.kubectl(['get', '--raw', '/metrics'])).split('\n')) {
    const [, labels = '', value = '0'] = /^apiserver_request_total\{(.*)\} (\S+)$/.exec(line) ?? [];
    const of = (name: string): string => new RegExp(`(?:^|,)${name}="([^"]*)"`).exec(labels)?.[1] ?? '';
    const what = `${of('verb')} ${of('resource')}${of('subresource') && `/${of('subresource')}`}`;
    if (labels !== '') calls.set(what, (calls.get(what) ?? 0) + Number(value));
  }
  return calls;
}

/** Calls within some seconds, as a number for a minute. */
async function callsInAMinute(cluster: Cluster): Promise<Map<string, number>> {
  const before = await callsSoFar(cluster);
  await sleep(seconds * 1000);
  const after = await callsSoFar(cluster);
  const difference = [...after].map(([what, count]) => [what, count - (before.get(what) ?? 0)] as const);
  return new Map(difference.map(([what, count]) => [what, Math.round((count * 60) / seconds)]));
}

/** Processor time since its start, and memory now. */
async function usageOf({ pid }: ChildProcess): Promise<{ cpuSeconds: number; megabytes: number }> {
  const stat = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]?.split(' ') ?? [];
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const ticks = 100;
  return {
    cpuSeconds: (Number(stat[11]) + Number(stat[12])) / ticks,
    megabytes: Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024),
  };
}

async function startOperator(cluster: Cluster, folder: string): Promise<ChildProcess> {
  const settings = { image: 'proofmill:none', imagePullPolicy: 'Never', nats: { url: 'nats://nats:4222' } };
  await writeFile(join(folder, 'cluster.yaml'), JSON.stringify(settings));
  const child = spawn(process.execPath, ['--max-semi-space-size=8', flags.main, 'operator'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env,
      KUBECONFIG: cluster.kubeconfig,
      PROOFMILL_NAMESPACE: namespace,
      PROOFMILL_CLUSTER: join(folder, 'cluster.yaml'),
      PROOFMILL_CLUSTER_CONFIGMAP: 'settings',
    },
  });
  process.once('exit', () => child.kill('SIGKILL'));
  return child;
}

/** Seconds until a new job has its driver's Job. Rejects where that takes ten minutes. */
async function secondsToDriver(cluster: Cluster, name: string): Promise<number> {
  await create(cluster, [jobOf(name, false)]);
  const createdMs = performance.now();
  await until(
    `the driver of ${name}`,
    () =>
      cluster.kubectl(['get', 'job', `${name}-driver`, '-n', namespace]).then(
        () => true,
        () => false,
      ),
    { withinMs: 600_000, everyMs: 50 },
  );
  return Math.round(performance.now() - createdMs) / 1000;
}

async function measure(cluster: Cluster, folder: string): Promise<object> {
  await cluster.kubectl(['apply', '-f', join(root, 'k8s/crd/scoringjobs.yaml')]);
  await cluster.kubectl(['wait', '--for=condition=Established', 'crd/scoringjobs.proofmill.dev', '--timeout=60s']);
  await cluster.kubectl(['create', 'namespace', namespace]);
  await create(
    cluster,
    Array.from({ length: jobs }, (_, number) => jobOf(`idle-${number}`, true)),
  );
  if (pods > 0) await startPods(cluster);
  const operator = await startOperator(cluster, folder);
  await until(
    'all jobs are suspended',
    async () => {
      const phases = ['-o', 'jsonpath={.items[*].status.phase}'];
      const said = await cluster.kubectl(['get', 'scoringjobs', '-n', namespace, ...phases]);
      return said.split(' ').filter((phase) => phase === 'Suspended').length === jobs;
    },
    { withinMs: 1_200_000, everyMs: 2000 },
  );
  // What the last of them has caused is over.
  await sleep(10_000);
  const before = await usageOf(operator);
  const calls = await callsInAMinute(cluster);
  const after = await usageOf(operator);
  const drivers: number[] = [];
  for (const number of Array(5).keys()) drivers.push(await secondsToDriver(cluster, `new-${number}`));
  const { megabytes } = await usageOf(operator);
  operator.kill('SIGTERM');
  const about = /scoringjobs|(GET|LIST|POST|PATCH|APPLY|DELETE) (jobs|pods|events|configmaps)\b|leases/;
  return {
    ...{ jobs, pods, secondsToDriver: drivers, megabytes },
    cores: Math.round(((after.cpuSeconds - before.cpuSeconds) / seconds) * 1000) / 1000,
    callsInAMinute: Object.fromEntries([...calls].filter(([what, count]) => count > 0 && about.test(what))),
  };
}

async function startPods(cluster: Cluster): Promise<void> {
  if (flags.kwok === undefined) throw new Error('--pods needs --kwok FILE');
  await create(
    cluster,
    Array.from({ length: Math.ceil(pods / podsOfNode) }, (_, number) => nodeOf(number)),
  );
  const args = ['--kubeconfig', cluster.kubeconfig, '--manage-nodes-with-annotation-selector=kwok.x-k8s.io/node=fake'];
  const kwok = spawn(flags.kwok, args, { stdio: 'ignore' });
  process.once('exit', () => kwok.kill('SIGKILL'));
  await until('the default service account', () =>
    cluster.kubectl(['get', 'serviceaccount', 'default', '-n', namespace]).then(
      () => true,
      () => false,
    ),
  );
  await create(
    cluster,
    Array.from({ length: pods }, (_, number) => podOf(number)),
  );
}

{
  await using folder = await mkdtempDisposable(join(tmpdir(), 'proofmill-bench-operator-'));
  await using cluster = await startCluster({ log: report });
  console.log(JSON.stringify(await measure(cluster, folder.path)));
}
process.exit();
