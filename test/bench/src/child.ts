/** Child processes that end, if need be by SIGKILL, when they are disposed of. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface Child extends AsyncDisposable {
  readonly pid: number;
  /** Resolves with the first line on stdout, rejects when the process ends without one. */
  readonly firstLine: Promise<string>;
  /** Calls back with each line on stdout after the call. */
  onLine(take: (line: string) => void): void;
  /** Resolves with the exit code; null after a signal. */
  readonly ended: Promise<number | null>;
}

/** Starts one of our scripts with this Node. `nodeWords` are flags of Node itself. */
export function startNode(script: string, words: readonly string[], nodeWords: readonly string[] = []): Child {
  const child: ChildProcess = spawn(process.execPath, [...nodeWords, script, ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PROOFMILL_LOG: 'error', ...process.env },
  });
  const { pid, stdout } = child;
  if (pid === undefined || stdout === null) throw new Error(`${script} could not be started`);
  const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
  const lines = createInterface({ input: stdout });
  const firstLine = new Promise<string>((resolve, reject) => {
    lines.once('line', resolve).on('line', () => undefined);
    void ended.then((code) => reject(new Error(`${script} ${words[0] ?? ''} ended with ${code} and printed no line`)));
  });
  firstLine.catch(() => undefined);
  return {
    pid,
    firstLine,
    onLine: (take) => void lines.on('line', take),
    ended,
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await ended;
      clearTimeout(timer);
    },
  };
}
