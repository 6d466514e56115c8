import { spawn } from 'node:child_process';
import { join } from 'node:path';

/**
 * A small process that takes a cluster down when this process ends in whatever way, kill -9 included: it reads a pipe whose
 * other end closes with us.
 * @returns a function that calls it off
 */
export function guardCluster(name: string): () => void {
  const main = join(import.meta.dirname, 'main.ts');
  const script = 'read -r line; exec "$@"';
  const guard = spawn('/bin/sh', ['-c', script, 'proofmill-guard', process.execPath, main, 'down', '--name', name], {
    detached: true, // a Ctrl-C in the terminal is for us, not for the guard
    cwd: '/',
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  guard.unref();
  guard.stdin.on('error', () => undefined); // the guard may be gone before the pipe is closed
  (guard.stdin as unknown as { unref?: () => void }).unref?.(); // the pipe keeps nobody alive
  return () => {
    guard.kill('SIGKILL');
    guard.stdin.destroy();
  };
}
