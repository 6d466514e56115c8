/** Roles that `run` starts end with it, also when it is killed: their stdin is a pipe that closes when nobody holds it. */
export const endsWithStdin = 'PROOFMILL_END_WITH_STDIN';

/** Ends this process as SIGTERM does when its parent is gone, where the parent asked for that. */
export function endWithParent(): void {
  if (process.env[endsWithStdin] === undefined) return;
  process.stdin.on('end', () => process.kill(process.pid, 'SIGTERM'));
  process.stdin.resume();
  (process.stdin as { unref?: () => void }).unref?.();
}
