/**
 * A nats-server of our own: for a run on one machine, and for tests. Its files are temporary, it listens on loopback only,
 * and it dies with the process that started it: an ordinary end stops it through the handle, and for the others (also
 * SIGKILL) a small shell waits for the end of a pipe that only this process holds, then kills the server. It is in a process
 * group of its own, so that Ctrl-C reaches us and not the server that we need for an orderly end.
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
  /** Where JetStream keeps its files; it stays. Default: a temporary folder, removed by `stop`. */
  readonly storeDir?: string;
  /** Default: a free one. */
  readonly port?: number;
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

/**
 * Starts a server; `await using` stops it.
 * @throws ConfigurationError there is no program; the message says why and what helps
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
