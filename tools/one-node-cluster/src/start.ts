import { Resolver } from 'node:dns/promises';
import { mkdir, writeFile } from 'node:fs/promises';
import { ToolError, until } from '@proofmill/process';
import { buildCluster } from './build/build.ts';
import { leftClusters, type Owner, takeDown } from './down.ts';
import { guardCluster } from './guard.ts';
import { attachCluster, type Cluster, loadImage } from './handle.ts';
import { type ClusterLayout, clusterLayout } from './layout.ts';
import { type AskApi, apiOf, succeeds } from './node/api.ts';
import { issueCertificates } from './node/certificates.ts';
import { makeCgroups } from './node/cgroups.ts';
import { configure, nodeName } from './node/configuration.ts';
import { type Daemon, type DaemonContext, type DaemonName, startDaemon } from './node/daemons.ts';
import { firstProcesses, isolate, startOf } from './node/isolation.ts';
import { connectNetwork, inside } from './node/network.ts';
import { type ClusterRecord, writeRecord } from './record.ts';

export interface StartClusterOptions {
  /** Up to 20 small letters, digits and hyphens; default: `test-` and this process's id. Names must differ. */
  name?: string;
  /** Called with a line for each step, with its time. */
  log?: (line: string) => void;
  /** True: the cluster outlives this process, until it is taken down. */
  keep?: boolean;
  signal?: AbortSignal;
}

/** A cluster of this process: `await using`, `stop()` and any end of this process take it down. */
export interface OwnCluster extends Cluster, AsyncDisposable {
  stop(): Promise<void>;
}

/**
 * Starts a cluster of one node, after building it if necessary (see buildCluster). Resolves when the cluster is ready for pods,
 * after about ten seconds; it takes 500 MB. Takes down what earlier runs left behind.
 * @throws {ToolError} configuration or temporary; nothing of the cluster is left then
 */
export async function startCluster(options: StartClusterOptions = {}): Promise<OwnCluster> {
  const { name = `test-${process.pid}`, log = () => undefined, keep = false, signal } = options;
  const layout = clusterLayout(name);
  const build = await buildCluster({ log, ...(signal ? { signal } : {}) });
  for (const left of await leftClusters()) {
    log(`Taking down the cluster ${left}, which an earlier run left behind`);
    await takeDown(left);
  }
  await claim(name, layout);
  const dismiss = guardCluster(name);
  try {
    if (!keep) {
      const owner: Owner = { pid: process.pid, start: await startOf(process.pid) };
      await writeFile(layout.owner, JSON.stringify(owner));
    }
    const startedMs = performance.now();
    const step = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
      signal?.throwIfAborted();
      const beganMs = performance.now();
      const result = await work();
      log(`  ${((performance.now() - beganMs) / 1000).toFixed(1).padStart(5)} s  ${what}`);
      return result;
    };
    log(`Starting the cluster ${name} in ${layout.root}`);
    const record = await bringUp(name, layout, build, step, signal);
    const cluster = await attachCluster(record);
    log(`The cluster ${name} is ready, after ${((performance.now() - startedMs) / 1000).toFixed(1)} s.`);
    if (keep) dismiss();
    const stop = async () => {
      await takeDown(name);
      dismiss();
    };
    return { ...cluster, stop, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await takeDown(name);
    dismiss();
    throw error;
  }
}

/** Creates the folder of the cluster. Only one cluster can have the folder of a name. */
async function claim(name: string, layout: ClusterLayout): Promise<void> {
  const taken = await mkdir(layout.root, { mode: 0o711 }).then(
    () => false,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return true;
      throw error;
    },
  );
  if (!taken) return;
  const [pid] = await firstProcesses(layout.root);
  const state = pid === undefined ? 'is being started' : 'is already running';
  throw new ToolError(
    'configuration',
    `The cluster ${name} ${state}. Choose another name, or take it down: npm run cluster:down -- --name ${name}`,
  );
}

type Step = <T>(what: string, work: () => Promise<T>) => Promise<T>;

async function bringUp(
  name: string,
  layout: ClusterLayout,
  build: DaemonContext['build'],
  step: Step,
  signal: AbortSignal | undefined,
): Promise<ClusterRecord> {
  const firstPid = await step('namespaces, control groups', async () => {
    await makeCgroups(name);
    return isolate(layout, `${build.bin}/pause`);
  });
  const network = await step('network', () => connectNetwork(firstPid));
  await step('certificates, configuration', async () => {
    await issueCertificates(layout.pki, network);
    await configure(name, layout, network);
  });
  const context: DaemonContext = { build, layout, network, firstPid };
  const daemons: Daemon[] = [];
  const start = async (...names: DaemonName[]) => {
    for (const daemon of names) daemons.push(await startDaemon(daemon, context));
  };
  /** Waits for something that cannot happen any more once one of the daemons has ended: then it rejects. */
  const waitFor = <T>(what: string, ask: Parameters<typeof until<T>>[1]): Promise<T> =>
    Promise.race([until(what, ask, { signal }), ...daemons.map(({ ended }) => ended)]);

  const ask = await apiOf(layout, network);
  await step('etcd, API server', async () => {
    await start('etcd', 'kube-apiserver', 'containerd');
    await waitFor('the API server is ready', () => succeeds(ask('GET', '/readyz')));
  });
  await start('kube-controller-manager', 'kube-scheduler', 'kube-proxy', 'coredns');
  await step('containerd, images', async () => {
    for (const archive of [build.pauseImage, build.busyboxImage]) {
      await waitFor('containerd accepts images', () => loadImage(layout.containerdSocket, archive).catch(() => null));
    }
    await start('kubelet');
  });
  await step('DNS', async () => {
    await serveDns(ask, network.nodeAddress);
    const resolver = new Resolver({ timeout: 1000, tries: 1 });
    resolver.setServers([network.nodeAddress]);
    await waitFor('names can be resolved', () =>
      resolver.resolve4('kubernetes.default.svc.cluster.local').catch(() => null),
    );
  });
  await step('node, service accounts', async () => {
    await waitFor('the node is ready', () => isReady(ask));
    await waitFor('the default service account exists', () =>
      succeeds(ask('GET', '/api/v1/namespaces/default/serviceaccounts/default')),
    );
  });
  const record = { name, kubeconfig: layout.kubeconfig, ...network, containerdSocket: layout.containerdSocket };
  await writeRecord(layout.root, record);
  return record;
}

async function isReady(ask: AskApi): Promise<boolean> {
  const { status, body } = await ask('GET', `/api/v1/nodes/${nodeName}`);
  if (status !== 200) return false;
  const node = JSON.parse(body) as { status: { conditions?: { type: string; status: string }[] } };
  return (
    node.status.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True') ?? false
  );
}

/** The Service that resolves names for pods. CoreDNS is a process of the node, not a pod, so its endpoint is explicit. */
async function serveDns(ask: AskApi, nodeAddress: string): Promise<void> {
  const ports = [
    { name: 'dns', port: 53, protocol: 'UDP' },
    { name: 'dns-tcp', port: 53, protocol: 'TCP' },
  ];
  const create = async (path: string, object: object) => {
    const { status, body } = await ask('POST', path, object);
    if (status !== 201) throw new ToolError('temporary', `The API server refuses the DNS service (${status}): ${body}`);
  };
  await create('/api/v1/namespaces/kube-system/services', {
    metadata: { name: 'kube-dns' },
    spec: { clusterIP: inside.dnsService, ports },
  });
  await create('/apis/discovery.k8s.io/v1/namespaces/kube-system/endpointslices', {
    metadata: { name: 'kube-dns-node', labels: { 'kubernetes.io/service-name': 'kube-dns' } },
    addressType: 'IPv4',
    endpoints: [{ addresses: [nodeAddress] }],
    ports,
  });
}
