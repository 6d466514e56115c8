/**
 * Finds the processes that a test started, with all their descendants: each inherits a mark in its environment. Without
 * /proc (not Linux) it finds none.
 */
import { readdir, readFile } from 'node:fs/promises';

const variable = 'PROOFMILL_TEST_MARK';

export interface Leftover {
  readonly pid: number;
  readonly commandLine: string;
}

/** The environment that marks a process and its descendants. */
export const markOf = (mark: string): Record<string, string> => ({ [variable]: mark });

/** The processes that carry the mark now. */
export async function leftovers(mark: string): Promise<Leftover[]> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(pids.map((pid) => leftover(pid, `${variable}=${mark}`)));
  return found.filter((process) => process !== null);
}

async function leftover(pid: string, wanted: string): Promise<Leftover | null> {
  try {
    const environment = await readFile(`/proc/${pid}/environ`, 'utf8');
    if (!environment.split('\0').includes(wanted)) return null;
    const commandLine = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).replaceAll('\0', ' ').trim();
    // A dead process that its parent has not reaped yet has an empty command line.
    return commandLine === '' ? null : { pid: Number(pid), commandLine };
  } catch {
    return null;
  }
}
