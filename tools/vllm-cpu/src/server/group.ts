import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * The living members of a process group, from /proc. Zombies do not count: in a container whose first process reaps
 * nobody they stay for ever, and kill(-group, 0) would go on succeeding.
 */
function groupMembers(group: number): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => {
      if (!Number.isInteger(pid)) return false;
      const status = readProcess(pid, 'stat');
      // The command in brackets may hold spaces and brackets itself: the fields start after the last one.
      const [state, , processGroup] = status.slice(status.lastIndexOf(')') + 2).split(' ');
      return Number(processGroup) === group && state !== 'Z' && state !== 'X';
    });
}

function readProcess(pid: number, file: 'stat' | 'cmdline'): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return ''; // It ended since the listing.
  }
}

/** Sends a signal to a process, or to a group given as a negative number; one that is gone already is no error. */
export function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/**
 * Sends a signal to every process of an engine's group. SIGKILL spares Python's resource tracker: it ends by itself once
 * the others are gone, and removes their shared memory, which would otherwise stay in /dev/shm with 400 MB an engine.
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
 * Ends what is left of a group after its leader: first time to end by itself, then SIGTERM, then SIGKILL.
 * Resolves when no member lives.
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

// dash knows `kill -s TERM -- -1`, not `kill -TERM -- -1`. The ten seconds are for the tracker's tidying, as above.
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
 * A small process that ends the group, and removes its scratch folder, when this process ends in whatever way, kill -9
 * included: it reads a pipe whose other end closes with us. Without it an engine would outlive a test run that was
 * killed, with 4.5 GB.
 * @returns a function that calls it off, to be called once the group is gone (its number may be given away again)
 */
export function guardGroup(group: number, scratchFolder: string): () => void {
  const guard = spawn('/bin/sh', ['-c', guardScript, 'proofmill-guard', String(group), scratchFolder], {
    detached: true, // a Ctrl-C in the terminal is for us, not for the guard
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  guard.unref();
  guard.once('error', () => signalGroup(group, 'SIGKILL')); // no guard, no engine
  guard.stdin.on('error', () => undefined); // the guard may be gone before the pipe is closed
  return () => {
    guard.kill('SIGKILL');
    guard.stdin.destroy();
  };
}
