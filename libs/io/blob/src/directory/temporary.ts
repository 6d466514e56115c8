import { createHash, randomBytes } from 'node:crypto';
import { open, readdir, readlink, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { UnavailableError } from '@proofmill/contract';
import { temporaryPrefix } from '../object-path.ts';
import { errnoOf } from './disk-error.ts';

/**
 * Identifies the machine and the process namespace, within which a process id has a meaning. Pods that share a volume have
 * equal process ids, so the id alone would let one pod remove what another is writing.
 */
async function namespaceId(): Promise<string> {
  const namespace = await readlink('/proc/self/ns/pid').catch(() => '');
  return createHash('sha256').update(`${hostname()} ${namespace}`).digest('hex').slice(0, 12);
}

/** A unique name: `.part-<namespace>-<process id>-<random>`. */
export async function temporaryName(): Promise<string> {
  return `${temporaryPrefix}${await namespaceId()}-${process.pid}-${randomBytes(8).toString('hex')}`;
}

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return errnoOf(error) !== 'ESRCH';
  }
}

/** A file that was not written to for so long is not completed any more. */
const abandonedMs = 24 * 60 * 60_000;

/**
 * Removes the half-written files of dead processes: those of this namespace whose process is gone, and those of other machines and
 * containers that nobody has written to for a day, by the clock of the file system that they are on. Whoever writes to one of these after
 * all cannot complete it: a file gets its name by link(), which needs the name that was removed.
 */
export async function removeLeftovers(folder: string): Promise<void> {
  const own = `${temporaryPrefix}${await namespaceId()}-`;
  const others: string[] = [];
  for (const name of await readdir(folder)) {
    const [, namespace, processId] = namePattern.exec(name) ?? [];
    if (namespace === undefined) continue;
    if (!name.startsWith(own)) others.push(name);
    else if (!isAlive(Number(processId))) await rm(join(folder, name), { force: true });
  }
  if (others.length > 0) await removeAbandoned(folder, others);
}

/** What a failed link of a half-written file comes to: another error where somebody has removed the file meanwhile. */
export async function linkError(error: unknown, temporary: string): Promise<unknown> {
  if (errnoOf(error) !== 'ENOENT' || (await stat(temporary).catch(() => null)) !== null) return error;
  return new UnavailableError(
    'abandoned',
    `${temporary} was removed while it was being written: nothing had been written to it for a day`,
    { cause: error, runAgainWhen: 'nothing suspends the process' },
  );
}

const namePattern = new RegExp(`^\\${temporaryPrefix}([0-9a-f]{12})-([1-9]\\d*)-[0-9a-f]{16}$`);

async function removeAbandoned(folder: string, names: readonly string[]): Promise<void> {
  const nowMs = await timeIn(folder);
  for (const name of names) {
    const path = join(folder, name);
    const { mtimeMs = nowMs } = (await stat(path).catch(() => null)) ?? {};
    if (nowMs - mtimeMs > abandonedMs) await rm(path, { force: true });
  }
}

/** The time by the clock that dates the files of a folder: that of another machine, where it is on one. */
async function timeIn(folder: string): Promise<number> {
  const path = join(folder, await temporaryName());
  const handle = await open(path, 'wx');
  try {
    return (await handle.stat()).mtimeMs;
  } finally {
    await handle.close();
    await rm(path, { force: true });
  }
}
