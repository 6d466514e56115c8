import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheFolder } from '@proofmill/cache';
import { ToolError } from '@proofmill/process';
import { kubernetesVersion, tools } from './pins.ts';

/** The paths of the build, in the cache. All of it may be deleted while no cluster runs. */
export interface BuildLayout {
  folder: string;
  /** Written last: it marks the build as complete. */
  stamp: string;
  /** Go modules and downloads during a build. */
  scratch: string;
  bin: string;
  pauseImage: string;
  busyboxImage: string;
}

/** The folder of the build. */
export function buildLayout(): BuildLayout {
  const folder = cacheFolder(`kubernetes-${kubernetesVersion}`);
  return {
    folder,
    stamp: join(folder, 'stamp.json'),
    scratch: join(folder, 'scratch'),
    bin: join(folder, 'bin'),
    pauseImage: join(folder, 'images', 'pause.tar'),
    busyboxImage: join(folder, 'images', 'busybox.tar'),
  };
}

/** The folder of kubectl and helm. */
export const toolsFolder = (): string => cacheFolder(`kubectl-${tools.kubectlVersion}-helm-${tools.helmVersion}`);

/** The files of one running cluster, which are removed with it. */
export interface ClusterLayout {
  root: string;
  /** The process that started the cluster and takes it down; absent for a cluster that stays. */
  owner: string;
  record: string;
  kubeconfig: string;
  pki: string;
  config: string;
  logs: string;
  /** Stands in for /var/lib/kubelet and the like, inside the cluster. */
  state: string;
  containerdSocket: string;
}

const rootPrefix = 'proofmill-cluster-';
const namePattern = /^[a-z0-9][a-z0-9-]{0,19}$/;

/**
 * Refuses what is no name of a cluster. The folders of a cluster are removed by its name, so a name like `../..` must not
 * reach them.
 * @throws {ToolError} configuration
 */
function checkName(name: string): void {
  if (namePattern.test(name)) return;
  throw new ToolError('configuration', `A cluster cannot be named ${name}: up to 20 of a-z, 0-9 and hyphens.`);
}

/**
 * The folder of the cluster of this name, among the temporary files.
 * @throws {ToolError} configuration for what is no name of a cluster
 */
export function clusterLayout(name: string): ClusterLayout {
  checkName(name);
  const root = join(tmpdir(), `${rootPrefix}${name}`);
  return {
    root,
    owner: join(root, 'owner.json'),
    record: join(root, 'cluster.json'),
    kubeconfig: join(root, 'kubeconfig'),
    pki: join(root, 'pki'),
    config: join(root, 'config'),
    logs: join(root, 'logs'),
    state: join(root, 'state'),
    containerdSocket: join(root, 'containerd.sock'), // a socket's path has 107 characters at most
  };
}

/** The name of the cluster that a folder of temporary files belongs to; null if it belongs to none. */
export function nameOfRoot(entry: string): string | null {
  const name = entry.startsWith(rootPrefix) ? entry.slice(rootPrefix.length) : '';
  return namePattern.test(name) ? name : null;
}

/**
 * The folder where `cluster up` leaves kubeconfig and record for a developer: in the checkout, ignored by git.
 * @throws {ToolError} configuration for what is no name of a cluster
 */
export function developerFolder(name: string): string {
  checkName(name);
  return join(import.meta.dirname, '../../../tmp/cluster', name);
}
