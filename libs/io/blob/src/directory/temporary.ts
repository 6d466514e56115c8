import { createHash, randomBytes } from 'node:crypto';
import { readdir, readlink, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { errnoOf } from './disk-error.ts';
import { temporaryPrefix } from '../object-path.ts';

/**
 * Who may judge whether a process id is alive: processes of the same machine and process namespace. Pods that share a
 * volume have equal process ids, so the id alone would let one remove what another is still writing.
 */
async function neighbourhood(): Promise<string> {
  const namespace = await readlink('/proc/self/ns/pid').catch(() => '');
  return createHash('sha256').update(`${hostname()} ${namespace}`).digest('hex').slice(0, 12);
}

/** A name that nobody else uses: `.part-<neighbourhood>-<process id>-<random>`. */
export async function temporaryName(): Promise<string> {
  return `${temporaryPrefix}${await neighbourhood()}-${process.pid}-${randomBytes(8).toString('hex')}`;
}

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return errnoOf(error) !== 'ESRCH';
  }
}

/** Removes the half-written files of processes of this neighbourhood that are gone. What is left over does no harm. */
export async function removeLeftovers(folder: string): Promise<void> {
  const own = `${temporaryPrefix}${await neighbourhood()}-`;
  for (const name of await readdir(folder)) {
    const processId = name.startsWith(own) ? Number(name.slice(own.length).split('-')[0]) : 0;
    if (Number.isSafeInteger(processId) && processId > 0 && !isAlive(processId)) {
      await rm(join(folder, name), { force: true });
    }
  }
}
