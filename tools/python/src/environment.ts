import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder, lockFolder } from '@proofmill/cache';
import { CommandError, runCommand, ToolError } from '@proofmill/process';
import { findPython, type PythonNeed } from './find-python.ts';

export interface EnvironmentOptions {
  readonly name: string;
  /** A file of exact versions, as `pip freeze` writes it. */
  readonly requirements: string;
  readonly python: PythonNeed;
  /** The Python of another environment, whose packages this one has as well, unless it has a version of its own. */
  readonly behind?: string;
  readonly log: (line: string) => void;
}

/**
 * The Python of an environment with these packages, in a cache folder of its own and nowhere else. Says beforehand what it fetches. It takes
 * no time where it is complete; one that was interrupted is created again.
 * @throws {ToolError} configuration (no Python) or temporary (a download failed)
 */
export async function pythonEnvironment(options: EnvironmentOptions): Promise<string> {
  const { name, requirements, python, behind, log } = options;
  const wanted = await readFile(requirements);
  const digest = createHash('sha256')
    .update(wanted)
    .update(behind ?? '')
    .digest('hex');
  const folder = cacheFolder(`python-${name}-${digest.slice(0, 12)}`);
  const own = join(folder, 'venv', 'bin', 'python');
  const complete = join(folder, 'complete');
  if (existsSync(complete)) return own;
  const base = behind ?? (await findPython(python));
  await mkdir(folder, { recursive: true });
  await using lock = await lockFolder(folder, { work: 'set-up', log });
  if (existsSync(complete)) return own;
  const count = wanted.toString().trim().split('\n').length;
  log(`Fetching ${count} Python packages (${name}) from PyPI into ${folder}`);
  const step = { log, sharedFileDescriptor: lock.fileDescriptor };
  try {
    await rm(join(folder, 'venv'), { recursive: true, force: true });
    await runCommand(base, ['-I', '-m', 'venv', join(folder, 'venv')], {
      ...step,
      doing: 'creating a Python environment',
    });
    await runCommand(own, ['-m', 'pip', 'install', '--quiet', '--no-deps', '-r', requirements], {
      ...step,
      doing: `fetching the packages of ${name}`,
    });
    // Folders in a .pth file are imported from after the environment's own. Last, so that pip sees nothing of the other environment.
    if (behind !== undefined)
      await writeFile(join(await packagesOf(own), 'behind.pth'), `${await packagesOf(behind)}\n`);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const remedy =
      'Run it again. If it keeps failing, check that this machine reaches PyPI, or set PIP_INDEX_URL to your mirror of it.';
    throw new ToolError('temporary', `The set-up of ${name} stopped: ${error.message}\n${remedy}`, { cause: error });
  }
  await writeFile(complete, '');
  return own;
}

const packagesOf = async (python: string): Promise<string> =>
  (await runCommand(python, ['-I', '-c', 'import sysconfig; print(sysconfig.get_paths()["purelib"])'])).trim();
