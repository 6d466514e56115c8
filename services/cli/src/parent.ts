import { exitCodes } from '@proofmill/contract';

/** Roles that `run` starts end with it, also when it is killed: their stdin is a pipe that closes when nobody holds it. */
export const endsWithStdin = 'PROOFMILL_END_WITH_STDIN';

/** A server that the parent had started is gone as well, so there may be nobody to hand work over to. */
const DRAIN_MS = 10_000;

/** Ends this process as SIGTERM does when its parent is gone, where the parent asked for that; at once when that takes long. */
export function endWithParent(): void {
  if (process.env[endsWithStdin] === undefined) return;
  process.stdin.on('end', () => {
    process.kill(process.pid, 'SIGTERM');
    setTimeout(() => process.exit(exitCodes.drained), DRAIN_MS).unref();
  });
  // Nobody reads what is said to a parent that is gone; that it cannot be written is no reason to fail.
  process.stdout.on('error', () => undefined);
  process.stdin.resume();
  (process.stdin as { unref?: () => void }).unref?.();
}
