/**
 * npm run bench:operator [-- --jobs N] [--pods N] [--seconds N] [--checkout FOLDER]
 *
 * What the operator costs: on a cluster of its own with N jobs (default 200), its calls to the API server in a minute, its processor
 * time and memory, and how soon a new job has its driver, five times. All jobs are suspended, unless there are `--pods`: then one job
 * for each 500 pods runs, its driver and its workers are pods on fake nodes, and its driver reports every ten seconds. kwok, which acts
 * for these nodes, is built with Go from the module proxy, once, into the cache folder.
 * `--checkout`: the operator of another checkout, with its definition of a ScoringJob. Prints one line of JSON.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempDisposable, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { buildKwok, type Cluster, startCluster } from '@proofmill/one-node-cluster';
import { until } from '@proofmill/process';
import { callsSoFar, operatorCallsSoFar, usageOf } from './measures.ts';
import {
  accountObjects,
  type Driver,
  jobOf,
  namespace,
  nodeOf,
  operatorAccount,
  podOf,
  podsOfJob,
  podsOfNode,
  reportOf,
} from './objects.ts';

const { values: flags } = parseArgs({
  options: {
    jobs: { type: 'string', default: '200' },
    pods: { type: 'string', default: '0' },
    seconds: { type: 'string', default: '60' },
    checkout: { type: 'string', default: join(import.meta.dirname, '../../../..') },
  },
});
const [jobs, pods, seconds] = [Number(flags.jobs), Number(flags.pods), Number(flags.seconds)];
const checkout = resolve(flags.checkout);
const runningJobs = Math.ceil(pods / podsOfJob);
const idleJobs = jobs - runningJobs;
const reportEveryMs = 10_000;
const patiently = { withinMs: 1_800_000, everyMs: 2000 };
const batch = 500;
const report = (line: string): void => console.error(line);
const times = <T>(count: number, of: (number: number) => T): T[] => Array.from({ length: count }, (_, at) => of(at));
const nameOfRunning = (number: number): string => `running-${number}`;

const children: ChildProcess[] = [];

/** What ends with the measurement, or with this process. */
function startChild(file: string, args: readonly string[], environment: NodeJS.ProcessEnv): ChildProcess {
  const child = spawn(file, args, { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, ...environment } });
  children.push(child);
  return child;
}

async function create(cluster: Cluster, items: readonly object[]): Promise<void> {
  for (let at = 0; at < items.length; at += batch) {
    const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: items.slice(at, at + batch) });
    await cluster.kubectl(['create', '-f', '-'], { input });
    if (items.length > batch) report(`  ${Math.min(at + batch, items.length)} of ${items.length} are created`);
  }
}

const exists = (cluster: Cluster, kind: string, name: string): Promise<boolean> =>
  cluster.kubectl(['get', kind, name, '-n', namespace]).then(
    () => true,
    () => false,
  );

/** Resolves when so many jobs have the phase. */
const inPhase = (cluster: Cluster, phase: string, count: number): Promise<true> =>
  until(
    `${count} jobs are ${phase}`,
    async () => {
      const phases = ['-o', 'jsonpath={.items[*].status.phase}'];
      const list = await cluster.kubectl(['get', 'scoringjobs', '-n', namespace, ...phases]);
      return list.split(' ').filter((found) => found === phase).length >= count;
    },
    patiently,
  );

async function prepare(cluster: Cluster): Promise<void> {
  await cluster.kubectl(['apply', '-f', join(checkout, 'k8s/crd/scoringjobs.yaml')]);
  await cluster.kubectl(['wait', '--for=condition=Established', 'crd/scoringjobs.proofmill.dev', '--timeout=60s']);
  await cluster.kubectl(['create', 'namespace', namespace]);
  await create(cluster, accountObjects);
  await create(
    cluster,
    times(idleJobs, (number) => jobOf(`idle-${number}`, true)),
  );
}

async function startOperator(cluster: Cluster, folder: string): Promise<ChildProcess> {
  const settings = { image: 'proofmill:none', imagePullPolicy: 'Never', nats: { url: 'nats://nats:4222' } };
  await writeFile(join(folder, 'cluster.yaml'), JSON.stringify(settings));
  const token = await cluster.kubectl(['create', 'token', operatorAccount, '-n', namespace, '--duration=24h']);
  const kubeconfig = JSON.parse(await readFile(cluster.kubeconfig, 'utf8'));
  kubeconfig.users[0].user = { token: token.trim() };
  await writeFile(join(folder, 'kubeconfig'), JSON.stringify(kubeconfig), { mode: 0o600 });
  const main = join(checkout, 'services/cli/src/main.ts');
  return startChild(process.execPath, ['--max-semi-space-size=8', main, 'operator'], {
    KUBECONFIG: join(folder, 'kubeconfig'),
    PROOFMILL_NAMESPACE: namespace,
    PROOFMILL_CLUSTER: join(folder, 'cluster.yaml'),
    PROOFMILL_CLUSTER_CONFIGMAP: 'settings',
  });
}

/** Nodes that kwok acts for. All pods that come run there, and the node that exists takes none. */
async function startNodes(cluster: Cluster): Promise<void> {
  const kwok = await buildKwok({ log: report });
  await cluster.kubectl(['cordon', cluster.nodeName]);
  await create(cluster, times(Math.ceil(pods / podsOfNode), nodeOf));
  const nodes = '--manage-nodes-with-annotation-selector=kwok.x-k8s.io/node=fake';
  const where = ['--kubeconfig', cluster.kubeconfig, '--config', kwok.config, '--cidr=10.128.0.1/16'];
  startChild(kwok.program, [...where, nodes, '--v=WARN'], {});
  await cluster.kubectl(['wait', 'node', '-l', '!kubernetes.io/os', '--for=condition=Ready', '--timeout=120s']);
}

/** Jobs that run, with pods of a driver and of workers, and with reports of their progress until the end of this process. */
async function startRunningJobs(cluster: Cluster): Promise<void> {
  const names = times(runningJobs, nameOfRunning);
  await create(
    cluster,
    names.map((name) => jobOf(name, false)),
  );
  const drivers = new Map<string, Driver>();
  for (const name of names) {
    const driver = `${name}-driver`;
    await until(`the Job ${driver}`, () => exists(cluster, 'job', driver), patiently);
    const uid = await cluster.kubectl(['get', 'job', driver, '-n', namespace, '-o', 'jsonpath={.metadata.uid}']);
    drivers.set(name, { name: driver, uid });
  }
  const workers = times(pods, (number) => {
    const name = nameOfRunning(Math.floor(number / podsOfJob));
    return podOf(number, name, drivers.get(name) as Driver);
  });
  await create(cluster, workers);
  let done = 0;
  const say = async (): Promise<void> => {
    done += 1;
    const jobsOfDrivers = [...drivers.values()].map(({ name }) => name);
    const annotation = `proofmill.dev/status=${reportOf(done)}`;
    await cluster.kubectl(['annotate', 'job', '-n', namespace, ...jobsOfDrivers, '--overwrite', annotation]);
  };
  await say();
  setInterval(() => void say().catch((error: Error) => report(error.message)), reportEveryMs).unref();
  await inPhase(cluster, 'Running', runningJobs);
  await until(
    `${pods} pods run`,
    async () => {
      const running = ['--field-selector=status.phase=Running', '-o', 'name'];
      const list = await cluster.kubectl(['get', 'pods', '-n', namespace, '-l', workerSelector, ...running]);
      return list.trim().split('\n').length >= pods;
    },
    patiently,
  );
}

const workerSelector = 'app.kubernetes.io/component=worker';

/** Seconds from before a job is created until its driver's Job is seen, with a kubectl for each. */
async function secondsToDriver(cluster: Cluster, name: string): Promise<number> {
  const startedMs = performance.now();
  await create(cluster, [jobOf(name, false)]);
  const often = { withinMs: patiently.withinMs, everyMs: 50 };
  await until(`the driver of ${name}`, () => exists(cluster, 'job', `${name}-driver`), often);
  return Math.round(performance.now() - startedMs) / 1000;
}

function endChildren(): void {
  for (const child of children) child.removeAllListeners('exit').kill('SIGKILL');
}

/** Calls within some seconds, as numbers for a minute. */
async function callsInAMinute(cluster: Cluster): Promise<{ operator: number; everybody: Record<string, number> }> {
  const before = await Promise.all([operatorCallsSoFar(cluster), callsSoFar(cluster)]);
  await sleep(seconds * 1000);
  const after = await Promise.all([operatorCallsSoFar(cluster), callsSoFar(cluster)]);
  const perMinute = (count: number): number => Math.round((count * 60) / seconds);
  const about = /scoringjobs|(GET|LIST|POST|PATCH|APPLY|DELETE) (jobs|pods|events|configmaps)\b|leases/;
  const everybody = [...after[1]]
    .map(([what, count]) => [what, perMinute(count - (before[1].get(what) ?? 0))] as const)
    .filter(([what, count]) => count > 0 && about.test(what));
  return { operator: perMinute(after[0] - before[0]), everybody: Object.fromEntries(everybody) };
}

async function measure(cluster: Cluster, folder: string): Promise<object> {
  await prepare(cluster);
  if (pods > 0) await startNodes(cluster);
  const startedMs = performance.now();
  const operator = await startOperator(cluster, folder);
  operator.once('exit', (code) => {
    if (code !== null && code !== 0) throw new Error(`The operator has ended with ${code}.`);
  });
  await inPhase(cluster, 'Suspended', idleJobs);
  const secondsToStatus = Math.round((performance.now() - startedMs) / 1000);
  report(`All suspended jobs have their status, after ${secondsToStatus} s.`);
  if (pods > 0) await startRunningJobs(cluster);
  // What the last of them has caused is over.
  await sleep(10_000);
  const before = await usageOf(operator.pid);
  const calls = await callsInAMinute(cluster);
  const after = await usageOf(operator.pid);
  const drivers: number[] = [];
  for (const number of times(5, (at) => at)) drivers.push(await secondsToDriver(cluster, `new-${number}`));
  const { megabytes, peakMegabytes } = await usageOf(operator.pid);
  return {
    ...{ jobs, runningJobs, pods, secondsToDriver: drivers, operatorCallsInAMinute: calls.operator },
    cores: Math.round(((after.cpuSeconds - before.cpuSeconds) / seconds) * 1000) / 1000,
    ...{ megabytes, peakMegabytes, secondsToStatus, callsOfAllInAMinute: calls.everybody },
  };
}

{
  if (idleJobs < 1) throw new Error(`${pods} pods are those of ${runningJobs} jobs; give more --jobs than that.`);
  await using folder = await mkdtempDisposable(join(tmpdir(), 'proofmill-bench-operator-'));
  await using cluster = await startCluster({ log: report });
  process.once('exit', endChildren);
  // The cluster ends with this process; what was started beside it does not by itself.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  console.log(JSON.stringify(await measure(cluster, folder.path)));
  // Ahead of their API server.
  endChildren();
}
process.exit();
