/** The real command as a process of its own, which records its output and how it ended. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { markOf } from './leftovers.ts';

const require = createRequire(import.meta.url);
/** With a compile cache, processes that start often begin in half the time. */
const compileCache = join(import.meta.dirname, '../../../tmp/compile-cache');
/** The file that the command is started with. */
export const main = join(dirname(require.resolve('@proofmill/cli')), 'main.ts');
const roleWithCrash = join(import.meta.dirname, 'role-with-crash.ts');

/** How long the output of a command is waited for once it has exited. */
const pipesHeldMs = 3000;

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Command {
  readonly name: string;
  readonly pid: number;
  readonly ended: Promise<Ended>;
  readonly running: boolean;
  readonly stdout: string;
  readonly stderr: string;
  kill(signal: NodeJS.Signals): void;
  /** Signals the whole process group, as Ctrl-C in a terminal does. */
  interrupt(): void;
}

export interface CommandOptions {
  readonly name: string;
  readonly words: readonly string[];
  /** The event at which a role kills itself; see crash-point.ts. */
  readonly crashAt?: string;
  /** The mark by which its descendants are found; see leftovers.ts. */
  readonly mark: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly onLine?: (line: string) => void;
}

/** Starts `proofmill WORDS` in a process group of its own. */
export function startCommand({ name, words, crashAt, mark, env = {}, onLine }: CommandOptions): Command {
  // FORCE_COLOR: the runner of the tests may set it, for its own output.
  const { NATS_URL: _nats, NODE_ENV: _mode, VITEST: _test, FORCE_COLOR: _color, ...inherited } = process.env;
  const program = crashAt === undefined ? [main] : [roleWithCrash, crashAt];
  const child: ChildProcess = spawn(process.execPath, [...program, ...words], {
    // The child's stdin closes when this process ends, however it ends, and the command ends with its stdin.
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { NODE_COMPILE_CACHE: compileCache, ...inherited, PROOFMILL_END_WITH_STDIN: '1', ...markOf(mark), ...env },
    detached: true,
  });
  let stdout = '';
  let stderr = '';
  let running = true;
  if (child.stdout) {
    createInterface({ input: child.stdout }).on('line', (line) => {
      stdout += `${line}\n`;
      onLine?.(line);
    });
  }
  child.stderr?.on('data', (bytes: Buffer) => {
    stderr += bytes.toString('utf8');
  });
  // What it has printed may be read after its exit, until `close`. A grandchild that outlives it may hold the pipes for ever.
  const ended = new Promise<Ended>((resolve) => {
    child.once('exit', (code, signal) => {
      running = false;
      const end = (): void => resolve({ code, signal });
      child.once('close', end);
      setTimeout(end, pipesHeldMs).unref();
    });
    child.once('error', (error) => {
      running = false;
      stderr += `${error.message}\n`;
      resolve({ code: null, signal: null });
    });
  });
  const pid = child.pid ?? 0;
  return {
    name,
    pid,
    ended,
    get running() {
      return running;
    },
    get stdout() {
      return stdout;
    },
    get stderr() {
      return stderr;
    },
    kill: (signal) => void child.kill(signal),
    interrupt: () => {
      if (running) process.kill(-pid, 'SIGINT');
    },
  };
}

/** Runs a command to its end. */
export async function runCommand(options: CommandOptions): Promise<Ended & { stdout: string; stderr: string }> {
  const command = startCommand(options);
  const ended = await command.ended;
  return { ...ended, stdout: command.stdout, stderr: command.stderr };
}
