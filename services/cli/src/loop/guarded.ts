/** The commands of a loop as processes: a group each, beside a guard that ends it with the loop. What they print goes to a file. */
import { spawn } from 'node:child_process';
import { mkdir, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { guardProgram } from './guard.ts';

export interface Guarded extends AsyncDisposable {
  /** Resolves with the exit code of the command. */
  readonly ended: Promise<number>;
  readonly log: string;
  /** Asks the group to end, and ends what is left of it after `graceMs`. Resolves when nothing of it is left. */
  end(graceMs: number): Promise<void>;
}

export interface GuardedCommand {
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** The folder that it runs in. */
  readonly folder: string;
  /** Path of its log without the ending: each run has a file of its own. */
  readonly log: string;
}

export async function startGuarded({ command, environment, folder, log }: GuardedCommand): Promise<Guarded> {
  const file = await newLog(log);
  const child = spawn(process.execPath, ['-e', guardProgram, '--', ...command], {
    cwd: folder,
    env: { ...environment },
    // A group of its own: Ctrl-C reaches the loop, which ends the group in its own time.
    detached: true,
    stdio: ['pipe', file.handle.fd, file.handle.fd],
  });
  child.stdin?.on('error', () => undefined);
  const exited = new Promise<number>((resolve) => {
    child.once('error', () => resolve(127));
    child.once('exit', (code) => resolve(code ?? 137));
  });
  const ended = exited.then(async (code) => {
    killGroup(child.pid, 'SIGKILL');
    await file.handle.close();
    return code;
  });
  const end = async (graceMs: number): Promise<void> => {
    killGroup(child.pid, 'SIGTERM');
    const timer = setTimeout(() => killGroup(child.pid, 'SIGKILL'), graceMs);
    await ended;
    clearTimeout(timer);
  };
  return { ended, log: file.path, end, [Symbol.asyncDispose]: () => end(0) };
}

/** Processes of the command may outlive it, such as those of a GPU each. */
function killGroup(group: number | undefined, signal: NodeJS.Signals): void {
  try {
    if (group !== undefined) process.kill(-group, signal);
  } catch {
    // The group is gone.
  }
}

async function newLog(
  base: string,
): Promise<{ readonly path: string; readonly handle: Awaited<ReturnType<typeof open>> }> {
  await mkdir(dirname(base), { recursive: true });
  for (let attempt = 1; ; attempt += 1) {
    const path = `${base}-${attempt}.log`;
    const handle = await open(path, 'wx').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return null;
      throw error;
    });
    if (handle) return { path, handle };
  }
}

const lastCharacters = 2000;

/** The end of what a command has printed. */
export async function lastLines(log: string): Promise<string> {
  const text = (await readFile(log, 'utf8')).trimEnd();
  return text === '' ? 'It printed nothing.' : `The end of ${log}:\n${text.slice(-lastCharacters)}`;
}
