import { exitCodes } from '@proofmill/contract';
import { endSoon } from './end-soon.ts';
import { type Logger, processLog } from './log.ts';
import { type Shutdown, shutdownOnSignals } from './signals.ts';

export interface RoleOptions {
  readonly name: 'coordinator' | 'worker' | 'collector' | 'operator';
  /** How long the role may finish its work in flight after SIGTERM. */
  readonly graceMs: number;
}

export interface RoleContext {
  readonly shutdown: Shutdown;
  readonly log: Logger;
}

/** Runs a role until its work is done or the process is asked to end. `live` resolves with the exit code. */
export async function runRole(
  { name, graceMs }: RoleOptions,
  live: (context: RoleContext) => Promise<number>,
): Promise<void> {
  using shutdown = shutdownOnSignals({ graceMs });
  try {
    process.exitCode = await live({ shutdown, log: await processLog(name) });
  } finally {
    endSoon();
  }
}

/** The exit code for work that ended without an error. A process that was stopped by a signal has the code of that signal. */
export function exitCodeOfEnd(ended: 'done' | 'limit' | 'stopped', { exitCode }: Shutdown): number {
  if (ended === 'done') return exitCodes.done;
  if (ended === 'limit') return exitCodes.limitBroken;
  return exitCode ?? exitCodes.drained;
}
