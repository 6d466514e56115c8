import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';

export const repository = join(import.meta.dirname, '../../..');

interface Surroundings {
  /** Ends the command, as a user would. */
  readonly signal?: AbortSignal | undefined;
  /** Folders of programs that it finds ahead of all others. */
  readonly programs?: readonly string[];
}

/** Runs the command as a user would. Resolves with its exit code. */
export function proofmill(words: readonly string[], { signal, programs = [] }: Surroundings = {}): Promise<number> {
  const child = spawn(process.execPath, [join(repository, 'services/cli/src/main.ts'), ...words], {
    stdio: 'inherit',
    env: { ...process.env, PATH: [...programs, process.env.PATH].join(delimiter) },
  });
  // The terminal sends Ctrl-C to the child as well; this process must not end ahead of it. Other signals reach this process alone.
  const stayed = (): void => undefined;
  const ended = (): void => void child.kill('SIGTERM');
  process.on('SIGINT', stayed);
  process.on('SIGTERM', ended);
  signal?.addEventListener('abort', ended, { once: true });
  return new Promise((resolve) =>
    child.on('close', (code) => {
      process.off('SIGINT', stayed);
      process.off('SIGTERM', ended);
      resolve(code ?? 1);
    }),
  );
}
