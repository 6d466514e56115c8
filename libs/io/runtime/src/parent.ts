import { exitCodes } from '@proofmill/contract';

/**
 * Environment variable that ties a process to its parent's life: the parent holds the stdin of the process as a pipe, and the
 * process ends when the pipe closes, even if the parent is killed.
 */
export const endsWithStdin = 'PROOFMILL_END_WITH_STDIN';

/** A server that the parent started has died with it, so the process may wait in vain for its work to be taken. */
const drainMs = 10_000;

/** Ends this process as SIGTERM does once its parent is gone, if the parent wants that; at once if draining takes long. */
export function endWithParent(): void {
  if (process.env[endsWithStdin] === undefined) return;
  process.stdin.on('end', () => {
    process.kill(process.pid, 'SIGTERM');
    setTimeout(() => process.exit(exitCodes.drained), drainMs).unref();
  });
  // The reader of stdout is gone too; a failed write to it is no reason to fail.
  process.stdout.on('error', () => undefined);
  process.stdin.resume();
  (process.stdin as { unref?: () => void }).unref?.();
}
