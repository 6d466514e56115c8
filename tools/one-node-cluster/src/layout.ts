import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheFolder } from '@proofmill/cache';
import { kubernetesVersion, tools } from './pins.ts';

/** What is built, in the cache. All of it may be deleted when no cluster runs. */
export interface BuildLayout {
  folder: string;
  /** Written last: with it the build is complete. */
  stamp: string;
  /** Go modules and downloads while a build is under way. */
  scratch: string;
  bin: string;
  pauseImage: string;
  busyboxImage: string;
}

/** Where the programs lie. */
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

/** Where kubectl and helm lie. */
export const toolsFolder = (): string => cacheFolder(`kubectl-${tools.kubectlVersion}-helm-${tools.helmVersion}`);

/** What one running cluster has on disk. Goes with it. */
export interface ClusterLayout {
  root: string;
  /** The process that started it and takes it down: absent where it is kept. */
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

/** Where a cluster of that name lies, in the folder of temporary files. */
export function clusterLayout(name: string): ClusterLayout {
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

/** The cluster's name of a folder of temporary files; null where it is no cluster's. */
export const nameOfRoot = (entry: string): string | null =>
  entry.startsWith(rootPrefix) ? entry.slice(rootPrefix.length) : null;

/** Where `cluster up` leaves kubeconfig and record for a developer: in the checkout, out of git's sight. */
export const developerFolder = (name: string): string => join(import.meta.dirname, '../../../tmp/cluster', name);
