import { join } from 'node:path';
import { runCommand, ToolError, until } from '@proofmill/process';
import { systemPath } from './build/debian.ts';
import { kubernetesTools } from './build/kubernetes-tools.ts';
import { buildLayout, clusterLayout } from './layout.ts';
import { apiOf, succeeds } from './node/api.ts';
import { nodeName } from './node/configuration.ts';
import { startDaemon } from './node/daemons.ts';
import { firstProcesses, kill, processesOf } from './node/isolation.ts';
import { enforcePolicies } from './node/policies.ts';
import { images } from './pins.ts';
import type { ClusterRecord } from './record.ts';

interface ToolOptions {
  /** Its standard input: `kubectl(['apply', '-f', '-'], { input })`. */
  input?: string;
  signal?: AbortSignal;
}

/** A running cluster of one node. */
export interface Cluster extends ClusterRecord {
  readonly nodeName: string;
  /** An image that every cluster has: busybox, with a shell. */
  readonly busybox: string;
  /** Runs kubectl as the administrator. Resolves with its output; rejects with its error message. */
  kubectl(args: readonly string[], options?: ToolOptions): Promise<string>;
  /** Runs helm in the same way. */
  helm(args: readonly string[], options?: ToolOptions): Promise<string>;
  /** Loads an image archive (docker or OCI) into the node and returns the names it has there. Pods name one with imagePullPolicy Never. */
  loadImage(archive: string): Promise<string[]>;
  /** Makes the node advertise this many `nvidia.com/gpu`; resolves when they can be allocated. No device exists. */
  advertiseGpus(count: number): Promise<void>;
  /** Kills the API server (SIGKILL) and starts it again; resolves when it is ready. All watches break. */
  restartApiServer(): Promise<void>;
  /** Enforces NetworkPolicies until it is disposed; needs buildKubeRouter. By itself a cluster ignores them. */
  enforceNetworkPolicies(): Promise<AsyncDisposable>;
}

/** A handle on a cluster that another process started and will take down. */
export async function attachCluster(record: ClusterRecord): Promise<Cluster> {
  const layout = clusterLayout(record.name);
  const { kubectl, helm } = await kubernetesTools();
  const [firstPid] = await firstProcesses(layout.root);
  if (firstPid === undefined) {
    throw new ToolError(
      'configuration',
      `The cluster ${record.name} is not running. Start it with npm run cluster:up.`,
    );
  }
  const ask = await apiOf(layout, record);
  const context = { build: buildLayout(), layout, network: record, firstPid };
  const environment = {
    ...process.env,
    KUBECONFIG: record.kubeconfig,
    // kubectl caches by address what the API serves, and the next cluster may have the same address.
    KUBECACHEDIR: join(layout.root, 'cache/kubectl'),
    HELM_CACHE_HOME: join(layout.root, 'cache/helm'),
    HELM_CONFIG_HOME: join(layout.root, 'cache/helm-config'),
    HELM_DATA_HOME: join(layout.root, 'cache/helm-data'),
    NO_PROXY: record.nodeAddress,
    no_proxy: record.nodeAddress,
  };
  return {
    ...record,
    nodeName,
    busybox: images.busybox,
    kubectl: (args, options = {}) => runCommand(kubectl, args, { ...options, environment }),
    helm: (args, options = {}) => runCommand(helm, args, { ...options, environment }),
    loadImage: (archive) => loadImage(record.containerdSocket, archive),
    advertiseGpus: async (count) => {
      const path = `/api/v1/nodes/${nodeName}`;
      const gpus = { 'nvidia.com/gpu': String(count) };
      await until(`${count} GPUs are allocatable`, async () => {
        const node = JSON.parse((await ask('GET', path)).body) as {
          status: Record<'capacity' | 'allocatable', Record<string, string>>;
        };
        const { capacity, allocatable } = node.status;
        if ([capacity, allocatable].every((resources) => resources['nvidia.com/gpu'] === String(count))) return true;
        // kubelet writes the status too, and keeps the capacity that it finds there.
        await ask(
          'PATCH',
          `${path}/status`,
          { status: { capacity: gpus, allocatable: gpus } },
          'application/merge-patch+json',
        );
        return false;
      });
    },
    restartApiServer: async () => {
      for (const pid of await processesOf(firstPid, 'kube-apiserver')) kill(pid);
      await until('the API server is gone', async () => (await processesOf(firstPid, 'kube-apiserver')).length === 0);
      const server = await startDaemon('kube-apiserver', context);
      await Promise.race([until('the API server is ready', () => succeeds(ask('GET', '/readyz'))), server.ended]);
    },
    enforceNetworkPolicies: () => enforcePolicies(context),
  };
}

/** Imports an archive over containerd's socket, and returns the names of its images. */
export async function loadImage(socket: string, archive: string): Promise<string[]> {
  const environment = { ...process.env, PATH: systemPath };
  const says = await runCommand('ctr', ['--address', socket, '--namespace', 'k8s.io', 'images', 'import', archive], {
    environment,
  });
  const names = [...says.matchAll(/^unpacking (\S+) /gm)].map(([, name]) => name ?? '');
  if (names.length === 0) throw new ToolError('configuration', `${archive} has no image with a name: ${says}`);
  return names;
}
