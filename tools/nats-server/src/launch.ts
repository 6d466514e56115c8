/** Starts a server process and waits until it answers. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, open, readFile, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { basename, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { UnavailableError } from '@proofmill/contract';

export interface LaunchOptions {
  /** More lines for the server's configuration file: users, limits. */
  readonly config?: string;
  /** How long the server may take to become ready. Default: 20 s. */
  readonly readyMs?: number;
}

/** The program to start, and where its files and port are. */
interface Launched {
  readonly program: string;
  /** Holds the configuration, the log and the file with the port; removed when this process ends. */
  readonly folder: string;
  readonly storeDir: string;
  /** Undefined: a free port. */
  readonly port: number | undefined;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ServerProcess {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly port: number;
  readonly exited: Promise<Exit>;
  readonly hasExited: () => boolean;
}

/**
 * Starts the process and waits until it answers.
 * @throws UnavailableError it ended early or was not ready in time; the end of its log is in the message
 */
export async function launch(
  { program, folder, storeDir, port }: Launched,
  options: LaunchOptions,
): Promise<ServerProcess> {
  const { readyMs = 20_000 } = options;
  const config = join(folder, 'nats.conf');
  const logFile = join(folder, 'nats.log');
  await mkdir(storeDir, { recursive: true });
  await writeFile(config, `jetstream { store_dir: ${JSON.stringify(storeDir)} }\n${options.config ?? ''}\n`);
  const log = await open(logFile, 'a');
  const address = ['--addr', '127.0.0.1', '--port', String(port ?? -1), '--ports_file_dir', folder];
  const child = spawn(program, ['--config', config, ...address], { stdio: ['ignore', log.fd, log.fd], detached: true });
  let ended = false;
  // These listeners come ahead of any await: a server that rejects its configuration ends within milliseconds.
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

/** Starts a shell that kills the server and removes its temporary files when this process ends. The shell ends with the server. */
function guard(pid: number, folder: string, exited: Promise<Exit>): void {
  const script = 'read -r _; kill -KILL "$1" 2>/dev/null; rm -rf "$2"';
  const shell = spawn('/bin/sh', ['-c', script, 'nats-guard', String(pid), folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  shell.on('error', () => {});
  shell.stdin.on('error', () => {});
  shell.unref();
  // To Node a pipe is a socket, which would keep this process alive.
  (shell.stdin as unknown as { unref?: () => void }).unref?.();
  void exited.then(() => shell.kill('SIGKILL'));
}

/** The port, as soon as the server sends its greeting there; null if the server ends or the time is up. */
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
