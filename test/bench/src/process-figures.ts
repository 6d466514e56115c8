/** Figures of a process from the kernel (Linux only). */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

let ticksPerSecond = 0;

/** CPU time of a live process since its start: user and system, all threads, in milliseconds, to within 10 ms. */
export function cpuMsOf(pid: number): number {
  ticksPerSecond ||= Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The second field is the command in parentheses, which may hold spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / ticksPerSecond;
}

/** CPU time of all processes of the machine together, in milliseconds. */
export function busyMs(): number {
  ticksPerSecond ||= Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = (
    readFileSync('/proc/stat', 'utf8').split('\n')[0] ?? ''
  )
    .trim()
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return ((user + nice + system + irq + softirq) * 1000) / ticksPerSecond;
}

/** The peak resident memory of a live process, in bytes. */
function peakBytesOf(pid: number): number {
  const line = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  // A process that has ended and was not reaped has no memory left.
  if (!line) throw new Error(`the kernel does not say how much memory process ${pid} had`);
  return Number(line[1]) * 1024;
}

/** Both figures, or null when the process has ended. */
export function figuresOf(pid: number): { cpuMs: number; peakBytes: number } | null {
  try {
    return { cpuMs: cpuMsOf(pid), peakBytes: peakBytesOf(pid) };
  } catch {
    return null;
  }
}
