import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandError, runCommand } from '@proofmill/process';

/** The right to change a folder, held until it is disposed of. */
export interface FolderLock extends AsyncDisposable {
  /** Every step inherits it, so that a step that outlives its killed parent keeps the next process waiting. */
  readonly fileDescriptor: number;
}

interface LockOptions {
  /** The work done in the folder, named in the line about a wait: `build`. */
  readonly work: string;
  readonly log: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Lets one process at a time change a folder. The kernel holds the lock (flock on the open file `lock` in it) and drops it when
 * the last process that has the file open ends. So kill -9 leaves no stale lock, and no second process works beside the
 * orphaned steps of a first one.
 */
export async function lockFolder(folder: string, { work, log, signal }: LockOptions): Promise<FolderLock> {
  const file = await open(join(folder, 'lock'), 'a');
  const flock = (flags: readonly string[], doing: string): Promise<string> =>
    runCommand('flock', [...flags, '3'], { doing, log, sharedFileDescriptor: file.fd, signal });
  try {
    await flock(['-n'], `locking ${folder}`).catch((error: unknown) => {
      if (!(error instanceof CommandError) || error.exitCode !== 1) throw error;
      log(`Another ${work}, or a step that one left running, is using this folder; waiting for it.`);
      return flock([], `waiting for the other ${work}`);
    });
  } catch (error) {
    await file.close();
    throw error;
  }
  return { fileDescriptor: file.fd, [Symbol.asyncDispose]: () => file.close() };
}
