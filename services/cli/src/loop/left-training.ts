/**
 * Trainings that an earlier life of a loop has left: the guard that would have ended them was killed together with the loop. Two trainings in one folder
 * would spoil its weights.
 */
import { readdir, readFile } from 'node:fs/promises';

/**
 * The id of a process that was started with the folder `out` among its words, and whose group has lost its leader, which was the guard. Null for none, and
 * where the system has no /proc.
 */
export async function leftTraining(out: string): Promise<number | null> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  for (const pid of pids) {
    const words = (await textOf(pid, 'cmdline')).split('\0');
    if (!words.some((word) => word.includes(out))) continue;
    const { group } = await statOf(pid);
    if (group !== '' && (await hasEnded(group))) return Number(pid);
  }
  return null;
}

/** A process that has ended stays as a zombie until its parent has heard of it. */
const hasEnded = async (pid: string): Promise<boolean> => ['', 'Z', 'X'].includes((await statOf(pid)).state);

/** What follows the name of the program, which may hold spaces: state, parent, group (proc(5)). */
async function statOf(pid: string): Promise<{ readonly state: string; readonly group: string }> {
  const stat = await textOf(pid, 'stat');
  const [state = '', , group = ''] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { state, group };
}

/** Empty where the process has ended, or is none of ours to read. */
const textOf = (pid: string, name: string): Promise<string> => readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '');
