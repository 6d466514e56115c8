import { spawn } from 'node:child_process';

const heartbeatMs = 15_000;
const keptOutputBytes = 16 * 1024;

export interface CommandOptions {
  cwd?: string | undefined;
  environment?: NodeJS.ProcessEnv | undefined;
  /** What the command reads from its standard input. */
  input?: string | Uint8Array | undefined;
  /** An open file that the command inherits as its descriptor 3. */
  sharedFileDescriptor?: number | undefined;
  signal?: AbortSignal | undefined;
  /** What is being done, for the log and the error; default: the command. */
  doing?: string | undefined;
  /** Called with a line every 15 seconds, so that a long step visibly makes progress. */
  log?: ((line: string) => void) | undefined;
}

/** A failed command. The message has the end of its output. */
export class CommandError extends Error {
  readonly exitCode: number | null;
  /** The end of its standard error and standard output. */
  readonly output: string;

  constructor(message: string, exitCode: number | null, output: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CommandError';
    this.exitCode = exitCode;
    this.output = output;
  }
}

/**
 * Runs a command to its end and returns its standard output.
 * @throws {CommandError} when it cannot be started, exits with a code other than 0, or is killed by a signal
 */
export function runCommand(file: string, args: readonly string[], options: CommandOptions = {}): Promise<string> {
  const doing = options.doing ?? [file, ...args].join(' ').slice(0, 200);
  return new Promise((resolve, reject) => {
    const startedMs = performance.now();
    const child = spawn(file, args, {
      cwd: options.cwd,
      env: options.environment ?? process.env,
      stdio: [
        options.input === undefined ? 'ignore' : 'pipe',
        'pipe',
        'pipe',
        options.sharedFileDescriptor ?? 'ignore',
      ],
      ...(options.signal ? { signal: options.signal } : {}),
    });
    let standardOutput = '';
    let lastOutput = '';
    const keep = (text: string) => {
      lastOutput = (lastOutput + text).slice(-keptOutputBytes);
    };
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      standardOutput += text;
      keep(text);
    });
    child.stderr?.setEncoding('utf8').on('data', keep);
    child.stdin?.on('error', () => undefined); // the command may end without reading all of its input
    child.stdin?.end(options.input);
    const heartbeat = options.log
      ? setInterval(() => {
          options.log?.(`    ${doing.slice(0, 60)}: ${Math.round((performance.now() - startedMs) / 1000)} s so far`);
        }, heartbeatMs)
      : undefined;
    child.once('error', (cause) => {
      clearInterval(heartbeat);
      reject(new CommandError(`${doing} failed: ${cause.message}`, null, lastOutput, { cause }));
    });
    child.once('close', (exitCode, killedBy) => {
      clearInterval(heartbeat);
      if (exitCode === 0) resolve(standardOutput);
      else {
        const end = killedBy ? `killed by ${killedBy}` : `exit code ${exitCode}`;
        reject(new CommandError(`${doing} failed (${end}):\n${lastOutput.trim()}`, exitCode, lastOutput));
      }
    });
  });
}
