import { readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { clusterLayout, developerFolder, nameOfRoot } from './layout.ts';
import { removeCgroups } from './node/cgroups.ts';
import { endProcesses, firstProcesses, startOf } from './node/isolation.ts';

/** The process whose end takes the cluster down. */
export interface Owner {
  pid: number;
  start: string | null;
}

/** Takes a cluster down in any state: processes, then control groups, then files. Idempotent. */
export async function takeDown(name: string): Promise<void> {
  const { root } = clusterLayout(name);
  await endProcesses(root);
  await removeCgroups(name);
  await rm(developerFolder(name), { recursive: true, force: true });
  await rm(root, { recursive: true, force: true });
}

/** The clusters that no process will take down: incomplete ones, and those whose owner has ended. */
export async function leftClusters(): Promise<string[]> {
  const left: string[] = [];
  for (const name of await allClusters()) {
    const { root, owner } = clusterLayout(name);
    const text = await readFile(owner, 'utf8').catch(() => null);
    if (text !== null) {
      const { pid, start } = JSON.parse(text) as Owner;
      if ((await startOf(pid)) !== start) left.push(name);
    } else if ((await firstProcesses(root)).length === 0) left.push(name);
  }
  return left;
}

/** The names of all clusters that have left anything on this machine. */
export async function allClusters(): Promise<string[]> {
  return (await readdir(tmpdir())).flatMap((entry) => nameOfRoot(entry) ?? []);
}
