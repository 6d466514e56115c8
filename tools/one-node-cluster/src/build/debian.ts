/** The system programs that a node needs: a container runtime and network tools. Missing ones come from Debian packages. */
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { CommandError, type CommandOptions, runCommand, ToolError } from '@proofmill/process';

const packageOf: Readonly<Record<string, string>> = {
  containerd: 'containerd',
  'containerd-shim-runc-v2': 'containerd',
  ctr: 'containerd',
  runc: 'runc',
  iptables: 'iptables',
  conntrack: 'conntrack',
  ip: 'iproute2',
  openssl: 'openssl',
  unshare: 'util-linux',
  nsenter: 'util-linux',
  flock: 'util-linux',
};
const networkPlugins = ['ptp', 'host-local', 'loopback', 'portmap'];
const networkPluginFolders = ['/usr/lib/cni', '/opt/cni/bin'];

/** Programs of a node are in sbin, which is not on every user's PATH. */
export const systemPath = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'].join(
  delimiter,
);

/** The packages with the programs of a node that this machine lacks. */
export async function missingPackages(): Promise<string[]> {
  const missing = await packagesMissing(packageOf);
  return (await networkPluginFolder()) === null ? [...missing, 'containernetworking-plugins'] : missing;
}

/** The packages with those of the programs that this machine lacks. */
export async function packagesMissing(packageOfProgram: Readonly<Record<string, string>>): Promise<string[]> {
  const missing = new Set<string>();
  for (const [program, name] of Object.entries(packageOfProgram)) {
    if (!(await anyRuns(systemPath.split(delimiter).map((folder) => join(folder, program))))) missing.add(name);
  }
  return [...missing];
}

/** The folder that holds the network plugins; null if there is none. */
export async function networkPluginFolder(): Promise<string | null> {
  for (const folder of networkPluginFolders) {
    const found = await Promise.all(networkPlugins.map((plugin) => runs(join(folder, plugin))));
    if (found.every(Boolean)) return folder;
  }
  return null;
}

/** Whether this machine has apt-get. */
export const hasApt = (): Promise<boolean> => runs('/usr/bin/apt-get');

/**
 * Installs the missing packages for the whole machine: those of a node, or others.
 * @throws {ToolError} configuration, if there is no apt-get
 */
export async function installPackages(
  log: (line: string) => void,
  run: (file: string, args: readonly string[], options?: CommandOptions) => Promise<string>,
  findMissing: () => Promise<string[]> = missingPackages,
): Promise<void> {
  const missing = await findMissing();
  if (missing.length === 0) return;
  if (!(await hasApt())) {
    throw new ToolError(
      'configuration',
      `This machine lacks programs that Debian has in these packages: ${missing.join(', ')}. Install them.`,
    );
  }
  log(`  Installing from Debian with apt-get, for the whole machine: ${missing.join(' ')}`);
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const install = () =>
    run('apt-get', ['install', '--yes', '--no-install-recommends', ...missing], {
      environment,
      log,
      doing: 'apt-get install',
    });
  await install().catch(async (error: unknown) => {
    if (!(error instanceof CommandError)) throw error;
    log('  Trying again with updated package lists (apt-get update)');
    await run('apt-get', ['update'], { environment, log });
    await install();
  });
  const still = await findMissing();
  if (still.length > 0)
    throw new ToolError(
      'configuration',
      `apt-get has installed ${still.join(', ')}, but the programs are still missing.`,
    );
}

/** Unpacks the static busybox into a folder, without installing it, and returns its path. */
export async function fetchBusybox(
  folder: string,
  run: (file: string, args: readonly string[], options?: CommandOptions) => Promise<string>,
): Promise<string> {
  await run('apt-get', ['download', 'busybox-static'], { cwd: folder }).catch(async () => {
    await run('apt-get', ['update']);
    await run('apt-get', ['download', 'busybox-static'], { cwd: folder });
  });
  await run('/bin/sh', ['-c', 'dpkg-deb --extract busybox-static_*.deb busybox'], { cwd: folder });
  const path = join(folder, 'busybox/bin/busybox');
  if (!(await runs(path))) throw new ToolError('temporary', `The package busybox-static has no ${path} that runs.`);
  await runCommand(path, ['true']);
  return path;
}

const runs = (path: string): Promise<boolean> =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  );

async function anyRuns(paths: readonly string[]): Promise<boolean> {
  return (await Promise.all(paths.map(runs))).some(Boolean);
}
