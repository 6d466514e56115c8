import { open } from 'node:fs/promises';
import { CommandError, runCommand } from '../command.ts';

export interface BuildLock extends AsyncDisposable {
  /** To be inherited by every step: one that outlives its killed parent then still keeps the next build waiting. */
  fileDescriptor: number;
}

/**
 * One build at a time. The kernel holds the lock (flock on the open file) and drops it when the last process that has the
 * file open is gone, so there is no stale lock after kill -9.
 */
export async function lockBuild(
  lockFile: string,
  log: (line: string) => void,
  signal?: AbortSignal,
): Promise<BuildLock> {
  const file = await open(lockFile, 'a');
  const flock = (args: string[]) => runCommand('flock', [...args, '3'], { sharedFileDescriptor: file.fd, signal });
  try {
    await flock(['--nonblock']).catch((error: unknown) => {
      if (!(error instanceof CommandError) || error.exitCode !== 1) throw error;
      log('Another build (or what one left running) is at work in this folder; waiting for it.');
      return flock([]);
    });
  } catch (error) {
    await file.close();
    throw error;
  }
  return { fileDescriptor: file.fd, [Symbol.asyncDispose]: () => file.close() };
}
