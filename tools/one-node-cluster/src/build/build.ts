import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lockFolder } from '@proofmill/cache';
import { CommandError, type CommandOptions, runCommand, ToolError } from '@proofmill/process';
import { type BuildLayout, buildLayout } from '../layout.ts';
import { corednsVersion, etcdVersion, images, kubernetesVersion } from '../pins.ts';
import { writeBusyboxImage, writePauseImage } from './archive.ts';
import { fetchBusybox, installPackages, missingPackages } from './debian.ts';
import { type BuildContext, buildPrograms, checkGo, programNames } from './programs.ts';

const freeDiskGb = 8;

export interface BuildOptions {
  /** Called with each line of progress. */
  log: (line: string) => void;
  /** Ends the step under way; a later build resumes there. */
  signal?: AbortSignal;
}

/**
 * Makes sure that the cache has the programs and images of a cluster, and the machine the system packages. Logs first what it
 * fetches, and into which folder. Returns within milliseconds if the build is complete; the first takes about seven minutes on
 * two cores. A killed build resumes when run again, and concurrent builds wait for each other.
 * @throws {ToolError} configuration (no Go, no apt-get, no disk space) or temporary (a download or a step failed)
 */
export async function buildCluster(options: BuildOptions): Promise<BuildLayout> {
  const { log, signal } = options;
  const layout = buildLayout();
  if (await isBuilt(layout)) return layout;
  await checkGo();
  await mkdir(layout.folder, { recursive: true });
  await checkDisk(layout.folder);
  log(`Building a Kubernetes cluster in ${layout.folder}`);
  log(
    `  From the Go module proxy: Kubernetes ${kubernetesVersion}, etcd ${etcdVersion}, CoreDNS ${corednsVersion} (about`,
  );
  log(
    '  0.6 GB of sources, 0.5 GB of programs; five to ten minutes on two cores). From Debian: busybox-static, unpacked',
  );
  log('  into the folder and not installed. Delete the folder to undo this; Go keeps its own caches.');
  try {
    await using lock = await lockFolder(layout.folder, { work: 'build', log, signal });
    if (await isBuilt(layout)) return layout; // the build that held the lock has completed it
    const run = (file: string, args: readonly string[], more: CommandOptions = {}) =>
      runCommand(file, args, { ...more, signal, sharedFileDescriptor: lock.fileDescriptor });
    await buildMissing({ layout, log, run });
    return layout;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    signal?.throwIfAborted();
    throw new ToolError(
      'temporary',
      `The build stopped: ${error.message}\nRun it again: it resumes where it stopped. If a download keeps failing, ` +
        'check that this machine reaches the Go module proxy (go env GOPROXY) and a Debian mirror.',
      { cause: error },
    );
  }
}

/** True when nothing needs to be fetched or built before a cluster can start. */
export async function isBuilt(layout: BuildLayout = buildLayout()): Promise<boolean> {
  const stamp = await readFile(layout.stamp, 'utf8').catch(() => '');
  return stamp === (await stampOf(layout)) && (await missingPackages()).length === 0;
}

async function buildMissing(context: BuildContext): Promise<void> {
  const { layout, log, run } = context;
  const startedMs = performance.now();
  await rm(layout.stamp, { force: true });
  await mkdir(layout.scratch, { recursive: true });
  await installPackages(log, run);
  await buildPrograms(context);
  await writePauseImage(join(layout.bin, 'pause'), layout.pauseImage, layout.scratch);
  await writeBusyboxImage(await fetchBusybox(layout.scratch, run), layout.busyboxImage, layout.scratch);
  await writeFile(`${layout.stamp}.partial`, (await stampOf(layout)) ?? '');
  await rename(`${layout.stamp}.partial`, layout.stamp);
  await rm(layout.scratch, { recursive: true, force: true });
  log(`The cluster is built, in ${Math.round((performance.now() - startedMs) / 1000)} s.`);
}

/** The sources of the build and the size of each result; null if a result is missing. */
async function stampOf(layout: BuildLayout): Promise<string | null> {
  const files = [...programNames.map((name) => join(layout.bin, name)), layout.pauseImage, layout.busyboxImage];
  const found = await Promise.all(files.map((file) => stat(file).catch(() => null)));
  if (found.some((file) => file === null)) return null;
  const pause = await readFile(join(import.meta.dirname, 'pause/main.go'));
  const recipe = {
    versions: { kubernetesVersion, etcdVersion, corednsVersion, images },
    pauseSha256: createHash('sha256').update(pause).digest('hex'),
    bytes: found.map((file) => file?.size),
  };
  return `${JSON.stringify(recipe, null, 2)}\n`;
}

async function checkDisk(folder: string): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const freeGb = (bavail * bsize) / 1e9;
  if (freeGb >= freeDiskGb) return;
  throw new ToolError(
    'configuration',
    `The build needs ${freeDiskGb} GB, Go's caches included; ${freeGb.toFixed(1)} GB are free in ${folder}. Free some space, or ` +
      'name a folder on another disk in PROOFMILL_CACHE.',
  );
}
