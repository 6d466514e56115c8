import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandError, runCommand } from '@proofmill/process';

/** The right to change a folder, held until it is disposed of. */
export interface FolderLock extends AsyncDisposable {
  /** To be inherited by every step: a step that outlives its killed parent then still keeps the next one waiting. */
  readonly fileDescriptor: number;
}

interface LockOptions {
  /** What is done in the folder, for the line that says what is waited for: `build`. */
  readonly work: string;
  readonly log: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * One process at a time changes a folder. The kernel holds the lock (flock on the open file `lock` in it) and drops it when the
 * last process that has the file open is gone, so there is no stale lock after kill -9, and no moment in which a second process
 * works beside the orphaned steps of a first one.
 */
export async function lockFolder(folder: string, { work, log, signal }: LockOptions): Promise<FolderLock> {
  const file = await open(join(folder, 'lock'), 'a');
  const flock = (flags: readonly string[], doing: string): Promise<string> =>
    runCommand('flock', [...flags, '3'], { doing, log, sharedFileDescriptor: file.fd, signal });
  try {
    await flock(['-n'], `locking ${folder}`).catch((error: unknown) => {
      if (!(error instanceof CommandError) || error.exitCode !== 1) throw error;
      log(`Another ${work} (or what one left running) is at work in this folder; waiting for it.`);
      return flock([], `waiting for the other ${work}`);
    });
  } catch (error) {
    await file.close();
    throw error;
  }
  return { fileDescriptor: file.fd, [Symbol.asyncDispose]: () => file.close() };
}
