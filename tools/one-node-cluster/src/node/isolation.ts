/**
 * The namespaces of a cluster, with its own processes, mounts and network. Its first process only waits. When that is killed, the
 * kernel kills all others, containers included, and removes mounts and network with the last of them. So taking a cluster down
 * takes one signal, and no part of the cluster needs to work.
 */
import { spawn } from 'node:child_process';
import { mkdir, open, readdir, readFile, readlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ToolError, until } from '@proofmill/process';
import type { ClusterLayout } from '../layout.ts';

/** Folders that kubelet and the network plugins insist on, or would share with another cluster. */
const ownFolders = ['/var/lib/kubelet', '/var/lib/cni', '/var/log/containers', '/var/log/pods'];

/** Settings of the whole machine that kubelet would change. It sees these files instead, which have the values that it wants. */
const kernelSettings: Readonly<Record<string, number>> = {
  'vm/overcommit_memory': 1,
  'vm/panic_on_oom': 0,
  'kernel/panic': 10,
  'kernel/panic_on_oops': 1,
  'kernel/keys/root_maxkeys': 1_000_000,
  'kernel/keys/root_maxbytes': 25_000_000,
};

const enterScript = `set -e
root=$1
mount -t tmpfs -o mode=755 proofmill /run
for folder in ${ownFolders.join(' ')}; do
  mkdir -p "$folder"
  mount --bind "$root/state$folder" "$folder"
done
for setting in ${Object.keys(kernelSettings).join(' ')}; do
  [ ! -e "/proc/sys/$setting" ] || mount --bind "$root/state/sys/$setting" "/proc/sys/$setting"
done
exec "$2" "$root"
`;

/** Creates the namespaces and returns the id of their first process, as this machine sees it. */
export async function isolate(layout: ClusterLayout, pause: string): Promise<number> {
  for (const folder of ownFolders) await mkdir(join(layout.state, folder), { recursive: true });
  for (const [setting, value] of Object.entries(kernelSettings)) {
    await mkdir(join(layout.state, 'sys', setting, '..'), { recursive: true });
    await writeFile(join(layout.state, 'sys', setting), `${value}\n`);
  }
  await mkdir(layout.logs, { recursive: true });
  const logFile = join(layout.logs, 'namespaces.log');
  await using log = await open(logFile, 'a');
  const kinds = ['--mount', '--net', '--ipc', '--pid', '--fork', '--mount-proc', '--propagation', 'slave'];
  const child = spawn('unshare', [...kinds, '--', '/bin/sh', '-c', enterScript, 'sh', layout.root, pause], {
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
  });
  child.unref();
  let over: string | undefined;
  child.once('error', (error) => {
    over = error.message;
  });
  child.once('exit', (code) => {
    over = `exit code ${code}`;
  });
  return until('the namespaces exist', async () => {
    if (over !== undefined) {
      throw new ToolError(
        'configuration',
        `The namespaces could not be created (${over}): ${await readFile(logFile, 'utf8')}`,
      );
    }
    return (await firstProcesses(layout.root, pause))[0];
  });
}

/**
 * The first process of a cluster; none if the cluster is down. Its command line identifies it, so that a process that has got the
 * same id since is not mistaken for it. `pause` may be in another cache folder.
 */
export async function firstProcesses(root: string, pause?: string): Promise<number[]> {
  const found: number[] = [];
  for (const pid of await processes()) {
    const [program = '', argument, ...rest] = (await readProcess(pid, 'cmdline')).split('\0');
    if (argument === root && rest.length === 1 && (pause ? program === pause : program.endsWith('/bin/pause'))) {
      found.push(pid);
    }
  }
  return found;
}

/** The words that, ahead of a command, run it in the namespaces. */
export const enter = (pid: number): [string, ...string[]] => [
  'nsenter',
  ...['--target', String(pid), '--mount', '--net', '--ipc', '--pid', '--'],
];

/** Processes in the same process namespace whose program has this name. */
export async function processesOf(firstPid: number, program: string): Promise<number[]> {
  const namespace = await readlink(`/proc/${firstPid}/ns/pid`);
  const found: number[] = [];
  for (const pid of await processes()) {
    const theirs = await readlink(`/proc/${pid}/ns/pid`).catch(() => '');
    if (theirs !== namespace) continue;
    const [path = ''] = (await readProcess(pid, 'cmdline')).split('\0');
    if (path.endsWith(`/${program}`)) found.push(pid);
  }
  return found;
}

/** Kills a cluster's processes and waits until none is left, and none that holds its network. */
export async function endProcesses(root: string): Promise<void> {
  for (const pid of await firstProcesses(root)) {
    const network = await readlink(`/proc/${pid}/ns/net`).catch(() => '');
    kill(pid);
    await until(`the processes of ${root} are gone`, async () => {
      for (const candidate of network === '' ? [] : await processes()) {
        if ((await readlink(`/proc/${candidate}/ns/net`).catch(() => '')) === network) return false;
      }
      return true;
    });
  }
}

/** Sends SIGKILL; it is no error if the process has ended. */
export function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** When a process started, in ticks since boot: together with its id this identifies a process. Null if it has ended. */
export async function startOf(pid: number): Promise<string | null> {
  const stat = await readProcess(pid, 'stat');
  // The command in brackets may contain spaces and brackets: the fields start after the last bracket.
  return stat === '' ? null : (stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null);
}

const processes = async (): Promise<number[]> => (await readdir('/proc')).map(Number).filter(Number.isInteger);

const readProcess = (pid: number, file: 'cmdline' | 'stat'): Promise<string> =>
  readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => ''); // it has ended since the listing
