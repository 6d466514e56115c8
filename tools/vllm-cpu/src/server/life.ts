import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ToolError } from '@proofmill/process';
import { guardGroup, sweepGroup } from './group.ts';

/** How the API server ended. Beware: code 0 also after its engine died. */
export interface VllmExit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** One run of the server, from start to end: a process group of its own whose number is the API server's pid. */
export interface VllmLife {
  pid: number;
  /** Resolves when the API server has ended and nothing of its group is left (what is left is killed). */
  exited: Promise<VllmExit>;
  hasExited: () => boolean;
}

export interface LaunchCommand {
  file: string;
  args: readonly string[];
  /** `scratchFolder` is this run's own, for its temporary files, and goes with it. */
  environment: (scratchFolder: string) => NodeJS.ProcessEnv;
  logFile: string;
}

/**
 * Starts the server; it is not ready yet. Its log file is emptied first.
 * @throws {ToolError} configuration when the program cannot be started at all
 */
export async function launch(command: LaunchCommand): Promise<VllmLife> {
  const scratchFolder = await mkdtemp(join(tmpdir(), 'proofmill-vllm-'));
  const removeScratch = () => rm(scratchFolder, { recursive: true, force: true });
  await mkdir(dirname(command.logFile), { recursive: true });
  await using log = await open(command.logFile, 'w');
  const child = spawn(command.file, command.args, {
    detached: true,
    cwd: scratchFolder, // not the caller's: Python would import from a folder called vllm there
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
