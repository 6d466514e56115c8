/**
 * A nats-server of our own: for a run on one machine, and for tests. Its files are temporary, it listens on loopback only,
 * and it dies with the process that started it: an ordinary end stops it through the handle, and for the others (also
 * SIGKILL) a small shell waits for the end of a pipe that only this process holds, then kills the server. It is in a process
 * group of its own, so that Ctrl-C reaches us and not the server that we need for an orderly end.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ConfigurationError, UnavailableError } from '@proofmill/contract';
import { findNatsServer } from './program.ts';

export interface ServerOptions {
  /** Path of the program. Default: as findNatsServer() finds it. */
  readonly program?: string;
  /** Where JetStream keeps its files; it stays. Default: a temporary folder, removed by `stop`. */
  readonly storeDir?: string;
  /** Default: a free one. */
  readonly port?: number;
  /** More lines for the server's configuration file: users, limits. */
  readonly config?: string;
  /** How long it may take to be ready. Default: 20 s. */
  readonly readyMs?: number;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface NatsServer {
  readonly url: string;
  readonly port: number;
  readonly storeDir: string;
  /** Of the process that runs now, or ran last. */
  readonly pid: number;
  /** Resolves when the process that runs now has ended. */
  readonly exited: Promise<Exit>;
  /** Sends a signal; after one that ends a process (SIGKILL, SIGTERM, SIGINT) resolves when it has ended. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Starts it again on the same port and store, after stopping it where it runs. */
  restart(): Promise<void>;
  /** Kills it, deletes its store and starts it again on the same port: all that NATS knew is lost. */
  wipe(): Promise<void>;
  /** Stops it and removes its temporary files. May be called twice. */
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** How long it may take to end after SIGTERM. */
const orderlyEndMs = 5_000;

interface Process {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly port: number;
  readonly exited: Promise<Exit>;
  readonly hasExited: () => boolean;
}

/**
 * Starts a server; `await using` stops it.
 * @throws ConfigurationError there is no program; the message says why and what helps
 * @throws UnavailableError it ended early or was not ready in time; the end of its log is in the message
 */
export async function startNatsServer(options: ServerOptions = {}): Promise<NatsServer> {
  const program = options.program ?? (await foundProgram());
  const folder = await mkdtemp(join(tmpdir(), 'proofmill-nats-'));
  const storeDir = options.storeDir ?? join(folder, 'store');
  const start = (port: number | undefined): Promise<Process> => launch(program, options, folder, storeDir, port);
  let current: Process;
  try {
    current = await start(options.port);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
  const { port } = current;

  const kill = async (signal: NodeJS.Signals = 'SIGKILL'): Promise<void> => {
    if (current.hasExited()) return;
    current.child.kill(signal);
    if (signal === 'SIGKILL' || signal === 'SIGTERM' || signal === 'SIGINT') await current.exited;
  };
  const end = async (): Promise<void> => {
    if (current.hasExited()) return;
    current.child.kill('SIGCONT');
    current.child.kill('SIGTERM');
    const late = setTimeout(() => current.child.kill('SIGKILL'), orderlyEndMs);
    await current.exited;
    clearTimeout(late);
  };
  const stop = async (): Promise<void> => {
    await end();
    await rm(folder, { recursive: true, force: true });
  };
  return {
    url: `nats://127.0.0.1:${port}`,
    port,
    storeDir,
    get pid() {
      return current.pid;
    },
    get exited() {
      return current.exited;
    },
    kill,
    stop,
    async restart() {
      await end();
      current = await start(port);
    },
    async wipe() {
      await kill('SIGKILL');
      await rm(storeDir, { recursive: true, force: true });
      current = await start(port);
    },
    [Symbol.asyncDispose]: stop,
  };
}

async function foundProgram(): Promise<string> {
  const found = await findNatsServer();
  if (found.path === null) throw new ConfigurationError(`${found.reason} ${found.remedy}`);
  return found.path;
}

async function launch(
  program: string,
  options: ServerOptions,
  folder: string,
  storeDir: string,
  port: number | undefined,
): Promise<Process> {
  const { readyMs = 20_000 } = options;
  const config = join(folder, 'nats.conf');
  const logFile = join(folder, 'nats.log');
  await mkdir(storeDir, { recursive: true });
  await writeFile(config, `jetstream { store_dir: ${JSON.stringify(storeDir)} }\n${options.config ?? ''}\n`);
  const log = await open(logFile, 'a');
  const address = ['--addr', '127.0.0.1', '--port', String(port ?? -1), '--ports_file_dir', folder];
  const child = spawn(program, ['--config', config, ...address], { stdio: ['ignore', log.fd, log.fd], detached: true });
  let ended = false;
  // Listened for before anything is awaited: a server that does not like its configuration is gone within milliseconds.
  const exited = new Promise<Exit>((resolve) => {
    const finish = (code: number | null, signal: NodeJS.Signals | null): void => {
      ended = true;
      resolve({ code, signal });
    };
    child.once('exit', finish);
    child.once('error', () => finish(null, null));
  });
  await log.close();
  child.unref();
  const pid = child.pid ?? 0;
  if (pid > 0) guard(pid, folder, exited);
  const found = await ready(join(folder, `${basename(program)}_${pid}.ports`), readyMs, () => ended);
  if (found === null) {
    const how = ended ? `ended early` : `was not ready within ${readyMs} ms`;
    child.kill('SIGKILL');
    throw new UnavailableError('nats-unavailable', `${program} ${how}. The end of its log:\n${await tail(logFile)}`);
  }
  return { child, pid, port: found, exited, hasExited: () => ended };
}

/** Kills the server and removes its temporary files when this process is gone; ends with the server. */
function guard(pid: number, folder: string, exited: Promise<Exit>): void {
  const script = 'read -r _; kill -KILL "$1" 2>/dev/null; rm -rf "$2"';
  const shell = spawn('/bin/sh', ['-c', script, 'nats-guard', String(pid), folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  shell.on('error', () => {});
  shell.stdin.on('error', () => {});
  shell.unref();
  // A pipe is a socket to Node, and would keep this process alive.
  (shell.stdin as unknown as { unref?: () => void }).unref?.();
  void exited.then(() => shell.kill('SIGKILL'));
}

/** The port, as soon as the server greets there; null when it ended or the time is over. */
async function ready(portsFile: string, readyMs: number, hasEnded: () => boolean): Promise<number | null> {
  const deadline = performance.now() + readyMs;
  while (!hasEnded() && performance.now() < deadline) {
    const port = await readPort(portsFile);
    if (port !== null && (await greets(port))) return port;
    await pause(20);
  }
  return null;
}

async function readPort(portsFile: string): Promise<number | null> {
  try {
    const { nats } = JSON.parse(await readFile(portsFile, 'utf8')) as { nats?: string[] };
    return Number(/:(\d+)$/.exec(nats?.[0] ?? '')?.[1] ?? Number.NaN) || null;
  } catch {
    return null;
  }
}

function greets(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: '127.0.0.1', port, timeout: 1_000 });
    const finish = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('data', (bytes) => finish(bytes.toString('latin1').startsWith('INFO ')));
    socket.once('error', () => finish(false));
    socket.once('close', () => finish(false));
    socket.once('timeout', () => finish(false));
  });
}

async function tail(logFile: string): Promise<string> {
  const text = await readFile(logFile, 'utf8').catch(() => '');
  return text.trimEnd().split('\n').slice(-12).join('\n');
}
