/** The parent control groups of a cluster's pods. Each cluster has its own; otherwise kubelets would remove each other's groups. */
import { mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { until } from '@proofmill/process';

/** In the form that kubelet takes. */
export const cgroupRoot = (name: string): string => `/proofmill-${name}`;

/** Creates the group in every hierarchy of this machine: one for each controller (v1), or a single one (v2). */
export async function makeCgroups(name: string): Promise<void> {
  for (const { mount, version } of await hierarchies()) {
    const folder = join(mount, cgroupRoot(name));
    await mkdir(folder, { recursive: true });
    if (version === 2) {
      await passOnControllers(mount);
      await passOnControllers(folder);
    } else {
      // A new group of the cpuset controller has no processors and no memory, and accepts no process.
      for (const file of ['cpuset.cpus', 'cpuset.mems']) {
        const value = await readFile(join(mount, file), 'utf8').catch(() => null);
        if (value !== null) await writeFile(join(folder, file), value);
      }
    }
  }
}

/** Removes the groups, the lowest first. They must not have any processes. */
export async function removeCgroups(name: string): Promise<void> {
  for (const { mount } of await hierarchies()) {
    const folder = join(mount, cgroupRoot(name));
    // The kernel releases a group a moment after its last process ends.
    await until(`${folder} is removed`, async () => {
      const below = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => null);
      if (below === null) return true;
      const folders = below.filter((entry) => entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name));
      const deepestFirst = folders.sort((a, b) => b.length - a.length);
      for (const group of [...deepestFirst, folder]) await rmdir(group).catch(() => undefined);
      return false;
    });
  }
}

async function passOnControllers(folder: string): Promise<void> {
  const controllers = (await readFile(join(folder, 'cgroup.controllers'), 'utf8')).trim().split(' ').filter(Boolean);
  if (controllers.length === 0) return;
  await writeFile(join(folder, 'cgroup.subtree_control'), controllers.map((name) => `+${name}`).join(' '));
}

async function hierarchies(): Promise<{ mount: string; version: 1 | 2 }[]> {
  const lines = (await readFile('/proc/self/mounts', 'utf8')).split('\n').map((line) => line.split(' '));
  return lines.flatMap(([, mount = '', kind]) =>
    kind === 'cgroup' || kind === 'cgroup2' ? [{ mount, version: kind === 'cgroup' ? 1 : 2 } as const] : [],
  );
}
