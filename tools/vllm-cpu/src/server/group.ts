import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * The living members of a process group, from /proc. Zombies do not count: in a container whose first process
 * reaps no children they stay forever, and kill(-group, 0) would keep succeeding.
 */
function groupMembers(group: number): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => {
      if (!Number.isInteger(pid)) return false;
      const status = readProcess(pid, 'stat');
      // The command in brackets may contain spaces and brackets: the fields start after the last bracket.
      const [state, , processGroup] = status.slice(status.lastIndexOf(')') + 2).split(' ');
      return Number(processGroup) === group && state !== 'Z' && state !== 'X';
    });
}

function readProcess(pid: number, file: 'stat' | 'cmdline'): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return ''; // It has ended since the listing.
  }
}

/** Sends a signal to a process, or to a group given as a negative number. It is no error if the target has ended. */
export function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/**
 * Sends a signal to every process of an engine's group. SIGKILL spares Python's resource tracker: it ends by itself after
 * the others, and removes their shared memory, which would otherwise stay in /dev/shm with 400 MB for each engine.
 */
export function signalGroup(group: number, signal: NodeJS.Signals): void {
  if (signal !== 'SIGKILL') {
    sendSignal(-group, signal);
    return;
  }
  for (const pid of groupMembers(group)) {
    if (!readProcess(pid, 'cmdline').includes('multiprocessing.resource_tracker')) sendSignal(pid, signal);
  }
}

/**
 * Ends the members that are left of a group after its leader: it gives them time to end by themselves, then sends SIGTERM, then
 * SIGKILL. Resolves when no member is left.
 */
export async function sweepGroup(group: number): Promise<void> {
  if (await groupEnds(group, 1_000)) return;
  signalGroup(group, 'SIGTERM');
  if (await groupEnds(group, 3_000)) return;
  signalGroup(group, 'SIGKILL');
  if (await groupEnds(group, 3_000)) return;
  sendSignal(-group, 'SIGKILL');
  if (await groupEnds(group, 5_000)) return;
  throw new Error(`Processes ${groupMembers(group).join(', ')} of group ${group} survive SIGKILL.`);
}

async function groupEnds(group: number, timeoutMs: number): Promise<boolean> {
  const deadlineMs = performance.now() + timeoutMs;
  while (groupMembers(group).length > 0) {
    if (performance.now() > deadlineMs) return false;
    await sleep(50);
  }
  return true;
}

// dash knows `kill -s TERM -- -1`, not `kill -TERM -- -1`. The ten seconds are for the tracker's clean-up, as above.
const guardScript = `
read -r line
kill -s TERM -- "-$1"
for second in 1 2 3 4 5 6 7 8 9 10; do
  sleep 1
  kill -s 0 -- "-$1" 2>/dev/null || break
done
kill -s KILL -- "-$1" 2>/dev/null
rm -rf -- "$2"
`;

/**
 * Starts a small process that ends the group and removes its scratch folder when this process ends in any way, kill -9 included:
 * it reads a pipe whose other end closes with this process. Without it an engine of 4.5 GB would outlive a killed test run.
 * @returns a function that dismisses the guard, to be called once the group has ended (another group may then get its number)
 */
export function guardGroup(group: number, scratchFolder: string): () => void {
  const guard = spawn('/bin/sh', ['-c', guardScript, 'proofmill-guard', String(group), scratchFolder], {
    detached: true, // Ctrl-C in the terminal must not reach the guard
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  guard.unref();
  guard.once('error', () => signalGroup(group, 'SIGKILL')); // no guard, no engine
  guard.stdin.on('error', () => undefined); // the guard may end ahead of the pipe
  return () => {
    guard.kill('SIGKILL');
    guard.stdin.destroy();
  };
}
