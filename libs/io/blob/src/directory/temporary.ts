import { createHash, randomBytes } from 'node:crypto';
import { readdir, readlink, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { errnoOf } from './disk-error.ts';
import { temporaryPrefix } from '../object-path.ts';

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

/** Removes the half-written files of dead processes of this namespace. Any others do no harm. */
export async function removeLeftovers(folder: string): Promise<void> {
  const own = `${temporaryPrefix}${await namespaceId()}-`;
  for (const name of await readdir(folder)) {
    const processId = name.startsWith(own) ? Number(name.slice(own.length).split('-')[0]) : 0;
    if (Number.isSafeInteger(processId) && processId > 0 && !isAlive(processId)) {
      await rm(join(folder, name), { force: true });
    }
  }
}
