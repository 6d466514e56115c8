import { type FileHandle, open } from 'node:fs/promises';
import { CommandError, runCommand } from '../command.ts';
import { pythonScript } from './layout.ts';

export interface SetUpLock extends AsyncDisposable {
  /** To be inherited by every step: a step that outlives its killed parent then still keeps the next set-up waiting. */
  fileDescriptor: number;
}

/**
 * One set-up at a time for a folder. The kernel holds the lock (flock on the open file) and drops it when the last
 * process that has the file open is gone, so there is no stale lock after kill -9, and no moment in which a second
 * set-up works beside the orphaned steps of a first one.
 */
export async function lockSetUp(
  lockFile: string,
  python: string,
  log: (line: string) => void,
  signal?: AbortSignal,
): Promise<SetUpLock> {
  const file: FileHandle = await open(lockFile, 'a');
  const take = (mode: 'try' | 'wait') =>
    runCommand(python, ['-I', pythonScript('lock'), mode], {
      doing: 'waiting for the other set-up',
      log,
      sharedFileDescriptor: file.fd,
      signal,
    });
  try {
    await take('try').catch((error: unknown) => {
      if (!(error instanceof CommandError) || error.exitCode !== 75) throw error;
      log(`Another set-up (or what one left running) is at work in this folder; waiting for it.`);
      return take('wait');
    });
  } catch (error) {
    await file.close();
    throw error;
  }
  return { fileDescriptor: file.fd, [Symbol.asyncDispose]: () => file.close() };
}
