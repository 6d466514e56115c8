/** The root filesystem of an image on this machine. Starts its programs as in a container, without a container engine. */
import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The part of an image's config that decides how a container starts. */
interface Config {
  readonly User: string;
  readonly Env: readonly string[];
  readonly Entrypoint: readonly string[];
  readonly WorkingDir: string;
  readonly Labels: Readonly<Record<string, string>>;
}

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Unpacked extends AsyncDisposable {
  readonly root: string;
  /** The /tmp of the containers, a folder on this machine that they share, like an emptyDir of a pod. */
  readonly tmp: string;
  readonly config: Config;
  /** Starts `command`, or the entrypoint with `args`. */
  start(program: { readonly args: readonly string[] } | { readonly command: readonly string[] }): ChildProcess;
  /** Runs the same until it ends. */
  run(program: Parameters<Unpacked['start']>[0]): Promise<Ended>;
}

/** Why this machine cannot start programs in another root; '' if it can. */
export function rootSkipReason(): string {
  if (process.platform !== 'linux') return 'It needs Linux.';
  if (process.getuid?.() !== 0) return 'It needs root, for a private root filesystem: run it as root.';
  try {
    execFileSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], { stdio: 'ignore' });
    return '';
  } catch {
    return 'It needs the right to mount, which this machine denies.';
  }
}

/** A mount namespace that ends with the program: a read-only root, /proc, /dev, and a writable /tmp. */
const mounts = `
set -e
root=$1 tmp=$2; shift 2
mount --bind "$root" "$root"
mount --bind "$tmp" "$root/tmp"
mount -t proc proc "$root/proc"
mount -t tmpfs -o mode=755 tmpfs "$root/dev"
for device in null urandom; do touch "$root/dev/$device"; mount --bind "/dev/$device" "$root/dev/$device"; done
mount -o remount,bind,ro "$root"
exec "$@"
`;

export async function unpack(archive: string): Promise<Unpacked> {
  const folder = await mkdtemp(join(tmpdir(), 'proofmill-image-'));
  const [root, tmp, layout] = ['root', 'tmp', 'layout'].map((name) => join(folder, name)) as [string, string, string];
  for (const path of [root, tmp, layout]) await mkdir(path);
  await chmod(folder, 0o755);
  await chmod(tmp, 0o1777);
  await run('tar', ['-xf', archive, '-C', layout]);
  const json = async (path: string): Promise<unknown> => JSON.parse(await readFile(join(layout, path), 'utf8'));
  const blob = ({ digest }: { digest: string }): string => `blobs/${digest.replace(':', '/')}`;
  const index = (await json('index.json')) as { manifests: [{ digest: string }] };
  const manifest = (await json(blob(index.manifests[0]))) as {
    config: { digest: string };
    layers: { digest: string }[];
  };
  const { config } = (await json(blob(manifest.config))) as { config: Config };
  for (const layer of manifest.layers) {
    await run('tar', ['-xpf', join(layout, blob(layer)), '-C', root]);
    await rm(join(layout, blob(layer)));
  }
  const unshare = (await run('sh', ['-c', 'command -v unshare'])).stdout.trim();
  // A container engine creates the folders of its mounts.
  for (const name of ['proc', 'dev']) await mkdir(join(root, name));

  const unpacked: Unpacked = {
    root,
    tmp,
    config,
    start(program) {
      const words = 'command' in program ? program.command : [...config.Entrypoint, ...program.args];
      const [uid = '', gid = ''] = config.User.split(':');
      // Drops root for the user and the environment of the image.
      const enter = ['env', '-i', ...config.Env, unshare, '--root', root, '--wd', config.WorkingDir];
      const asUser = ['--setgid', gid, '--setuid', uid, '--'];
      const line = ['--mount', 'sh', '-c', mounts, 'sh', root, tmp, ...enter, ...asUser, ...words];
      return spawn(unshare, line, { stdio: ['ignore', 'pipe', 'pipe'] });
    },
    run: (program) =>
      new Promise((resolve, reject) => {
        const child = unpacked.start(program);
        let stdout = '';
        let stderr = '';
        child.stdout?.on('data', (bytes) => (stdout += bytes));
        child.stderr?.on('data', (bytes) => (stderr += bytes));
        child.once('error', reject);
        child.once('close', (code) => resolve({ code, stdout, stderr }));
      }),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
  return unpacked;
}
