import { copyFile, mkdir } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { CommandError, ToolError } from '@proofmill/process';
import { buildArgo } from './build/argo.ts';
import { buildCluster } from './build/build.ts';
import { kubernetesTools } from './build/kubernetes-tools.ts';
import { buildKubeRouter } from './build/kube-router.ts';
import { buildKueue } from './build/kueue.ts';
import { clusterSkipReason } from './build/requirements.ts';
import { allClusters, leftClusters, takeDown } from './down.ts';
import { attachCluster } from './handle.ts';
import { developerFolder } from './layout.ts';
import { recordBeside, writeRecord } from './record.ts';
import { startCluster } from './start.ts';

const usage = `Usage:
  npm run fetch:kubernetes                      build Kubernetes and its dependencies into the cache
  npm run fetch:kueue                           build Kueue into the cache, for its tests
  npm run fetch:argo                            build Argo Workflows into the cache, for its test
  npm run fetch:kube-router                     build kube-router into the cache, and install ipset, for network policies
  npm run cluster:up -- [--name NAME]           start a cluster of one node that stays, for tests and for you
  npm run cluster:load -- [--name ..] FILE ..   load images into its node: archives such as npm run image writes
  npm run cluster:down -- [--name NAME]         take it down, and what killed runs have left behind
  npm run cluster:down -- --all                 take down every cluster that this command started on this machine

  --name NAME          which cluster; default: dev
  --network-policies   of cluster:up: the cluster enforces NetworkPolicies

cluster:up prints two lines for a shell: eval "$(npm run --silent cluster:up)" sets KUBECONFIG, and PATH for kubectl and helm.

Needs Linux and root, and for the build Go and apt-get. The cache: PROOFMILL_CACHE, else XDG_CACHE_HOME, else ~/.cache.`;

const log = (line: string) => console.error(line);

const commands = ['build', 'build-kueue', 'build-kube-router', 'build-argo', 'up', 'load', 'down'] as const;

/** @throws {ToolError} configuration, with the usage */
function readCommandLine(args: string[]) {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        name: { type: 'string', default: 'dev' },
        all: { type: 'boolean', default: false },
        'network-policies': { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    const command = commands.find((known) => known === positionals[0]);
    const files = positionals.slice(1);
    if (!values.help && !command) throw new Error(`The command must be one of ${commands.join(', ')}.`);
    if (!values.help && files.length > 0 !== (command === 'load'))
      throw new Error(command === 'load' ? 'Name the archives to load.' : `${command} takes no file.`);
    const enforcesPolicies = values['network-policies'];
    if (enforcesPolicies && command !== 'up') throw new Error('--network-policies is a flag of up.');
    return { command: values.help ? undefined : command, files, name: values.name, all: values.all, enforcesPolicies };
  } catch (error) {
    throw new ToolError('configuration', `${(error as Error).message}\n\n${usage}`);
  }
}

async function up(name: string, enforcesPolicies: boolean, signal: AbortSignal): Promise<void> {
  const reason = await clusterSkipReason();
  if (reason) throw new ToolError('configuration', reason);
  if (enforcesPolicies) await buildKubeRouter({ log, signal });
  const cluster = await startCluster({ name, log, keep: true, signal });
  if (enforcesPolicies) {
    await cluster.enforceNetworkPolicies();
    log('  It enforces NetworkPolicies.');
  }
  const folder = developerFolder(name);
  await mkdir(folder, { recursive: true });
  const kubeconfig = join(folder, 'kubeconfig');
  await copyFile(cluster.kubeconfig, kubeconfig);
  const { nodeAddress, hostAddress, containerdSocket } = cluster;
  await writeRecord(folder, { name, kubeconfig, nodeAddress, hostAddress, containerdSocket });
  const { kubectl, helm } = await kubernetesTools();
  log(`  Node ${nodeAddress}; pods reach this machine at ${hostAddress}. Programs: ${kubectl}, ${helm}`);
  const named = name === 'dev' ? '' : ` --name ${name}`;
  log(`  Load images with: npm run cluster:load --${named} FILE.tar ..`);
  log(`  Take it down with: npm run cluster:down${named && ` --${named}`}`);
  console.log(`export KUBECONFIG=${kubeconfig}`);
  console.log(`export PATH=${dirname(kubectl)}:$PATH`);
}

/** @throws {ToolError} configuration, where no such cluster runs or a file holds no image */
async function load(name: string, files: readonly string[]): Promise<void> {
  const record = await recordBeside(join(developerFolder(name), 'kubeconfig'));
  if (!record) {
    throw new ToolError(
      'configuration',
      `This checkout has no running cluster ${name}. Start it: npm run cluster:up${name === 'dev' ? '' : ` -- --name ${name}`}`,
    );
  }
  const cluster = await attachCluster(record);
  for (const file of files) {
    const images = await cluster.loadImage(file).catch((error: unknown) => {
      if (!(error instanceof CommandError)) throw error;
      throw new ToolError('configuration', `${file} cannot be loaded: ${error.output.trim()}`, { cause: error });
    });
    for (const image of images) log(`The node has ${image}, from ${file}.`);
  }
}

async function down(name: string, all: boolean): Promise<void> {
  const names = all ? await allClusters() : [name, ...(await leftClusters())];
  for (const cluster of new Set(names)) {
    await takeDown(cluster);
    log(`The cluster ${cluster} is down.`);
  }
}

async function main(): Promise<void> {
  const { command, files, name, all, enforcesPolicies } = readCommandLine(process.argv.slice(2));
  if (command === undefined) return console.log(usage);
  if (command === 'load') return load(name, files);
  if (command === 'down') return down(name, all);
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      log('Stopping.');
      stop.abort(new ToolError('temporary', 'Stopped.'));
    });
  }
  if (command === 'up') return up(name, enforcesPolicies, stop.signal);
  if (command === 'build-argo') {
    const { image } = await buildArgo({ log, signal: stop.signal });
    return log(`Argo is built: ${image}`);
  }
  if (command === 'build-kube-router') {
    const { program } = await buildKubeRouter({ log, signal: stop.signal });
    return log(`kube-router is built: ${program}`);
  }
  if (command === 'build-kueue') {
    const { image } = await buildKueue({ log, signal: stop.signal });
    return log(`Kueue is built: ${image}`);
  }
  const startedMs = performance.now();
  const { folder } = await buildCluster({ log, signal: stop.signal });
  log(`Kubernetes is built: ${relative('.', folder)} (${Math.round(performance.now() - startedMs)} ms)`);
}

try {
  await main();
} catch (error) {
  if (!(error instanceof ToolError)) throw error;
  log(error.message);
  process.exitCode = error.exitCode;
}
