import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ToolError } from '@proofmill/process';
import { guardGroup, sweepGroup } from './group.ts';

/** How the API server ended. The code is 0 even if its engine died. */
export interface VllmExit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** One run of the server, from start to end. It has its own process group, whose number is the API server's pid. */
export interface VllmLife {
  pid: number;
  /** Resolves when the API server has ended and no process of its group is left; those left over are killed. */
  exited: Promise<VllmExit>;
  hasExited: () => boolean;
}

export interface LaunchCommand {
  file: string;
  args: readonly string[];
  /** `scratchFolder` is for the temporary files of this run and is removed with it. */
  environment: (scratchFolder: string) => NodeJS.ProcessEnv;
  logFile: string;
}

/**
 * Starts the server without waiting until it is ready. Empties its log file first.
 * @throws {ToolError} configuration if the program cannot be started
 */
export async function launch(command: LaunchCommand): Promise<VllmLife> {
  const scratchFolder = await mkdtemp(join(tmpdir(), 'proofmill-vllm-'));
  const removeScratch = () => rm(scratchFolder, { recursive: true, force: true });
  await mkdir(dirname(command.logFile), { recursive: true });
  await using log = await open(command.logFile, 'w');
  const child = spawn(command.file, command.args, {
    detached: true,
    cwd: scratchFolder, // in the caller's folder, Python would import from a folder named vllm
    env: command.environment(scratchFolder),
    stdio: ['ignore', log.fd, log.fd],
  });
  const { pid } = child;
  if (pid === undefined) {
    const cause = await new Promise<Error>((resolve) => child.once('error', resolve));
    await removeScratch();
    throw new ToolError('configuration', `${command.file} cannot be started: ${cause.message}. Set up again.`, {
      cause,
    });
  }
  const dismissGuard = guardGroup(pid, scratchFolder);
  let over = false;
  const ended = new Promise<VllmExit>((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
  const exited = ended.then(async (exit) => {
    await sweepGroup(pid);
    over = true;
    dismissGuard();
    await removeScratch();
    return exit;
  });
  return { pid, exited, hasExited: () => over };
}
