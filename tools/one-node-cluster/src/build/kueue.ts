/** Kueue, for tests of jobs in its queues: its program, built with Go from the module proxy, as an image, and its own chart. */
import { access, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder, lockFolder } from '@proofmill/cache';
import { buildGoProgram, CommandError, type GoProgram, runCommand, ToolError } from '@proofmill/process';
import { kueueSum, kueueVersion } from '../pins.ts';
import { writeKueueImage } from './archive.ts';
import type { BuildOptions } from './build.ts';
import { checkGo } from './programs.ts';

/** What an installation of Kueue needs. */
export interface Kueue {
  /** The archive of its image, `images.kueue`. */
  readonly image: string;
  /** The folder of its chart, without the visibility API: that is an API server of its own, which this cluster has no certificates for. */
  readonly chart: string;
}

const program: GoProgram = {
  module: { path: 'sigs.k8s.io/kueue', version: kueueVersion, sum: kueueSum },
  package: './cmd/kueue',
  isStatic: true,
};

const folder = cacheFolder(`kueue-${kueueVersion}`);
const kueue: Kueue = { image: join(folder, 'kueue.tar'), chart: join(folder, 'chart') };

/** Null where it is not built. */
export const findKueue = (): Promise<Kueue | null> =>
  access(kueue.image).then(
    () => kueue,
    () => null,
  );

/**
 * Builds Kueue into the cache folder, unless it is there. Logs what it fetches.
 * @throws {ToolError} configuration (no Go) or temporary (a download or the build failed)
 */
export async function buildKueue({ log, signal }: BuildOptions): Promise<Kueue> {
  const found = await findKueue();
  if (found) return found;
  await checkGo();
  await mkdir(folder, { recursive: true });
  await using _lock = await lockFolder(folder, { work: 'build', log, signal });
  const meanwhile = await findKueue();
  if (meanwhile) return meanwhile;
  log(`Building Kueue ${kueueVersion} with Go (sigs.k8s.io/kueue from the Go module proxy, ten minutes on two cores)`);
  log(`  into ${folder}. Delete the folder to undo this; Go keeps its own caches.`);
  try {
    const scratch = join(folder, 'scratch');
    const sources = await buildGoProgram(program, join(scratch, 'manager'));
    await copyChart(join(sources, 'charts/kueue'));
    // Last: it marks the build as complete.
    await writeKueueImage(join(scratch, 'manager'), kueue.image, scratch);
    await rm(scratch, { recursive: true, force: true });
    return kueue;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new ToolError(
      'temporary',
      `The build of Kueue stopped: ${error.message}\nRun it again. If a download keeps failing, check that this machine reaches the Go module proxy (go env GOPROXY).`,
      { cause: error },
    );
  }
}

/** The files of a module are read-only, and the copy is not. */
async function copyChart(source: string): Promise<void> {
  const partial = `${kueue.chart}.partial`;
  for (const old of [partial, kueue.chart]) await rm(old, { recursive: true, force: true });
  await runCommand('cp', ['-r', '--no-preserve=mode', source, partial]);
  const templates = join(partial, 'templates');
  for (const name of await readdir(templates)) {
    if (name.startsWith('visibility')) await rm(join(templates, name), { recursive: true });
  }
  await rename(partial, kueue.chart);
}
