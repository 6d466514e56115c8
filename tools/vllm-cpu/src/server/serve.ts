import { resolve } from 'node:path';
import { ToolError } from '@proofmill/process';
import type { VllmInstall } from '../install/setup.ts';
import { sendSignal, signalGroup } from './group.ts';
import { drainSeconds, type StartVllmOptions, serveArgs, servedModels, serverEnvironment } from './invocation.ts';
import { type LaunchCommand, launch, type VllmExit, type VllmLife } from './life.ts';
import { describeLog, newLogFile } from './logs.ts';
import { pollUntilReady, reservePort, type ServerAddress } from './readiness.ts';
import { clearSocket, removeSocket } from './socket.ts';

/** A running server. Stop it with `stop()` or `await using`; if this process dies, the server is killed too. */
export interface VllmServer extends AsyncDisposable {
  /** http://127.0.0.1:PORT/v1; with a socket, http://localhost/v1, to be reached over socketPath. */
  readonly baseUrl: string;
  /** The model name that requests use: `smol` or `scalar`. */
  readonly servedModel: string;
  /** Undefined with a socket. */
  readonly port: number | undefined;
  readonly socketPath: string | undefined;
  readonly logFile: string;
  /** The pid of the API server, which is also the number of the process group. It changes with restart(). */
  readonly pid: number;
  /** Resolves when the current run has ended and none of its processes is left. */
  readonly exited: Promise<VllmExit>;
  /** Sends a signal to the whole process group, without a drain or clean-up: a socket file stays. */
  kill: (signal: NodeJS.Signals) => void;
  /** SIGTERM to the API server, which drains for up to 20 s, then SIGKILL to the group. Leaves no process. */
  stop: () => Promise<VllmExit>;
  /** Stops the server if it runs, and starts it again at the same address; resolves when it is ready. */
  restart: () => Promise<void>;
}

const stopTimeoutMs = (drainSeconds + 15) * 1000;
const defaultReadyTimeoutMs = 300_000;

/** How a server is started, the first time and each time after. */
interface Launch {
  readonly command: LaunchCommand;
  readonly address: ServerAddress;
  readonly servedModel: string;
  readonly options: StartVllmOptions;
}

/**
 * Starts `vllm serve` with one of the small models and waits until it answers: three processes, 4.5 GB of memory.
 * @throws {ToolError} configuration (port or socket in use) or temporary (the server ended early or was not ready in time;
 * the message has the end of its log). Leaves nothing running.
 */
export async function startVllm(install: VllmInstall, options: StartVllmOptions): Promise<VllmServer> {
  const { model } = options;
  // Absolute, because the server runs in another folder.
  const socketPath = options.socketPath === undefined ? undefined : resolve(options.socketPath);
  const port = socketPath === undefined ? await reservePort(options.port ?? 0) : undefined;
  const address: ServerAddress = socketPath === undefined ? { port: port as number } : { socketPath };
  const logFile =
    options.logFile ?? (await newLogFile(install.layout.logs, `${model}-${port ?? 'socket'}-${process.pid}`));
  const command: LaunchCommand = {
    file: install.layout.vllm,
    args: serveArgs(install, options, address),
    environment: (scratchFolder) => serverEnvironment(install, options, scratchFolder),
    logFile,
  };
  const start: Launch = { command, address, servedModel: servedModels[model], options };

  let life = await begin(start);
  await becomeReady(life, start);
  const stop = (): Promise<VllmExit> => stopLife(life, socketPath);
  return {
    baseUrl: `http://${port === undefined ? 'localhost' : `127.0.0.1:${port}`}/v1`,
    servedModel: start.servedModel,
    port,
    socketPath,
    logFile,
    get pid() {
      return life.pid;
    },
    get exited() {
      return life.exited;
    },
    kill: (signal) => {
      if (!life.hasExited()) signalGroup(life.pid, signal);
    },
    stop,
    restart: async () => {
      await stop();
      life = await begin(start);
      await becomeReady(life, start);
    },
    [Symbol.asyncDispose]: async () => {
      await stop();
    },
  };
}

async function begin({ command, address }: Launch): Promise<VllmLife> {
  if ('socketPath' in address) await clearSocket(address.socketPath);
  else await reservePort(address.port);
  return launch(command);
}

/** Waits until the server answers. Kills a server that does not; the error then has the end of its log. */
async function becomeReady(life: VllmLife, start: Launch): Promise<void> {
  try {
    await readyOrExited(life, start);
  } catch (error) {
    if (!life.hasExited()) signalGroup(life.pid, 'SIGKILL');
    await life.exited;
    if (!(error instanceof ToolError)) throw error;
    const message = `${error.message}\n${await describeLog(start.command.logFile)}`;
    throw new ToolError(error.disposition, message, { cause: error });
  }
}

async function stopLife({ pid, exited, hasExited }: VllmLife, socketPath: string | undefined): Promise<VllmExit> {
  if (hasExited()) return exited;
  // Not to the group: an engine that receives SIGTERM itself dies during the requests that the API server drains.
  sendSignal(pid, 'SIGTERM');
  const late = setTimeout(() => signalGroup(pid, 'SIGKILL'), stopTimeoutMs);
  try {
    return await exited;
  } finally {
    clearTimeout(late);
    if (socketPath !== undefined) await removeSocket(socketPath); // vLLM does not remove it
  }
}

async function readyOrExited(life: VllmLife, { address, servedModel, options }: Launch): Promise<void> {
  const { readyTimeoutMs = defaultReadyTimeoutMs, signal } = options;
  const enough = new AbortController();
  const tooLate = AbortSignal.timeout(readyTimeoutMs);
  const giveUp = AbortSignal.any([enough.signal, tooLate, ...(signal ? [signal] : [])]);
  const ready = pollUntilReady(address, servedModel, giveUp).catch((error: unknown) => {
    if (tooLate.aborted) {
      throw new ToolError('temporary', `vLLM was not ready after ${Math.round(readyTimeoutMs / 1000)} s.`);
    }
    signal?.throwIfAborted();
    if (!enough.signal.aborted) throw error;
  });
  const exitedEarly = life.exited.then(({ code, signal: killedBy }) => {
    throw new ToolError('temporary', `vLLM ended before it was ready (${killedBy ?? `exit code ${code}`}).`);
  });
  try {
    await Promise.race([ready, exitedEarly]);
  } finally {
    enough.abort();
  }
}
