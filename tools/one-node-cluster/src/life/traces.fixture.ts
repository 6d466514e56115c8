import { readdir, readFile, readlink } from 'node:fs/promises';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';

/** The traces of a cluster on this machine, as texts, by kind. */
export interface Traces {
  processes: string[];
  mounts: string[];
  cgroups: string[];
  interfaces: string[];
  folders: string[];
}

/** The namespaces of a cluster's processes. */
export type Namespaces = ReadonlySet<string>;

/**
 * Finds what a cluster has on this machine: processes that name its folder, have its name or are in one of its namespaces; mounts;
 * control groups; the machine's end of its wire, which lasts as long as its network; folders.
 */
export async function traces(name: string, hostAddress: string, namespaces: Namespaces): Promise<Traces> {
  const root = join(tmpdir(), `proofmill-cluster-${name}`);
  const found: Traces = { processes: [], mounts: [], cgroups: [], interfaces: [], folders: [] };
  for (const pid of await processes()) {
    const commandLine = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).replaceAll('\0', ' ').trim();
    const inside = (await namespacesOf(pid)).some((namespace) => namespaces.has(namespace));
    if (inside || commandLine.includes(root)) found.processes.push(`${pid} ${commandLine}`);
  }
  found.mounts = (await readFile('/proc/self/mountinfo', 'utf8')).split('\n').filter((line) => line.includes(root));
  for (const mount of await cgroupMounts()) {
    const groups: string[] = await readdir(mount).catch(() => []);
    if (groups.includes(`proofmill-${name}`)) found.cgroups.push(join(mount, `proofmill-${name}`));
  }
  found.interfaces = Object.entries(networkInterfaces())
    .filter(([, addresses]) => addresses?.some(({ address }) => address === hostAddress))
    .map(([wire]) => wire);
  found.folders = (await readdir(tmpdir())).filter((entry) => entry === `proofmill-cluster-${name}`);
  return found;
}

/**
 * The namespaces of all processes that name the cluster's folder in their command line and of their descendants (a pod has its
 * own namespaces), without the namespaces of this process.
 */
export async function namespacesOfCluster(name: string): Promise<Namespaces> {
  const ours = new Set(await namespacesOf(process.pid));
  const parents = new Map<number, number>();
  const members = new Set<number>();
  for (const pid of await processes()) {
    const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (commandLine.includes(join(tmpdir(), `proofmill-cluster-${name}`))) members.add(pid);
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    parents.set(pid, Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
  }
  const found = new Set<string>();
  for (const pid of parents.keys()) {
    let ancestor: number | undefined = pid;
    while (ancestor && !members.has(ancestor)) ancestor = parents.get(ancestor);
    if (!ancestor) continue;
    for (const namespace of await namespacesOf(pid)) if (!ours.has(namespace)) found.add(namespace);
  }
  found.delete(''); // the process has ended in the meantime
  return found;
}

const processes = async (): Promise<number[]> => (await readdir('/proc')).map(Number).filter(Number.isInteger);

const namespacesOf = (pid: number): Promise<string[]> =>
  Promise.all(['net', 'mnt', 'pid'].map((kind) => readlink(`/proc/${pid}/ns/${kind}`).catch(() => '')));

async function cgroupMounts(): Promise<string[]> {
  const lines = (await readFile('/proc/self/mounts', 'utf8')).split('\n').map((line) => line.split(' '));
  return lines.flatMap(([, mount = '', kind]) => (kind === 'cgroup' || kind === 'cgroup2' ? [mount] : []));
}
