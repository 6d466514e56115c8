/**
 * A private nats-server, for a run on one machine and for tests. Its files are temporary, it listens on loopback only, and it
 * dies with the process that started it. When that process ends normally, the handle stops the server. For all other ends,
 * SIGKILL included, a small shell waits until the pipe closes that only this process holds, then kills the server. The server
 * has its own process group, so that Ctrl-C reaches this process but not the server, which an orderly end still needs.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigurationError } from '@proofmill/contract';
import { type Exit, type LaunchOptions, launch, type ServerProcess } from './launch.ts';
import { findNatsServer } from './program.ts';

export interface ServerOptions extends LaunchOptions {
  /** Path of the program. Default: as findNatsServer() finds it. */
  readonly program?: string;
  /** The folder that holds JetStream's files, which `stop` leaves. Default: a temporary folder, which `stop` removes. */
  readonly storeDir?: string;
  /** Default: a free port. */
  readonly port?: number;
}

export interface NatsServer {
  readonly url: string;
  readonly port: number;
  readonly storeDir: string;
  /** The process that runs now, or that ran last. */
  readonly pid: number;
  /** Resolves when the current process has ended. */
  readonly exited: Promise<Exit>;
  /** Sends a signal. After SIGKILL, SIGTERM or SIGINT it resolves when the process has ended, else at once. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Stops the server if it runs, and starts it again with the same port and store. */
  restart(): Promise<void>;
  /** Kills the server, removes what JetStream stored and starts it again on the same port: all that NATS held is lost. */
  wipe(): Promise<void>;
  /** Stops the server and removes its temporary files. May be called twice. */
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** How long the server may take to end after SIGTERM. */
const orderlyEndMs = 5_000;

/**
 * Starts a server; `await using` stops it.
 * @throws ConfigurationError there is no program; the message says why and how to get one
 * @throws UnavailableError it ended early or was not ready in time; the end of its log is in the message
 */
export async function startNatsServer(options: ServerOptions = {}): Promise<NatsServer> {
  const program = options.program ?? (await foundProgram());
  const folder = await mkdtemp(join(tmpdir(), 'proofmill-nats-'));
  const storeDir = options.storeDir ?? join(folder, 'store');
  const start = (port: number | undefined): Promise<ServerProcess> =>
    launch({ program, folder, storeDir, port }, options);
  let current: ServerProcess;
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
      // The server makes this folder in its store; whatever else is in there belongs to somebody else.
      await rm(join(storeDir, 'jetstream'), { recursive: true, force: true });
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
