import { spawn } from 'node:child_process';
import { join } from 'node:path';

/**
 * Starts a small process that takes the cluster down when this process ends in any way, kill -9 included: it reads a pipe whose
 * other end closes with this process.
 * @returns a function that dismisses the guard
 */
export function guardCluster(name: string): () => void {
  const main = join(import.meta.dirname, 'main.ts');
  const script = 'read -r line; exec "$@"';
  const guard = spawn('/bin/sh', ['-c', script, 'proofmill-guard', process.execPath, main, 'down', '--name', name], {
    detached: true, // Ctrl-C in the terminal must not reach the guard
    cwd: '/',
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  guard.unref();
  guard.stdin.on('error', () => undefined); // the guard may end ahead of the pipe
  (guard.stdin as unknown as { unref?: () => void }).unref?.(); // the pipe must not keep this process alive
  return () => {
    guard.kill('SIGKILL');
    guard.stdin.destroy();
  };
}
