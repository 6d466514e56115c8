import { spawn } from 'node:child_process';

const heartbeatMs = 15_000;
const keptOutputBytes = 16 * 1024;

export interface CommandOptions {
  /** What is being done, in words, for the heartbeat and for the error. */
  doing: string;
  log: (line: string) => void;
  environment?: NodeJS.ProcessEnv;
  /** An open file that the command inherits as its descriptor 3 (the set-up's lock). */
  sharedFileDescriptor?: number;
  signal?: AbortSignal | undefined;
}

/** A command that ended badly; `output` is the end of what it printed. */
export class CommandError extends Error {
  readonly exitCode: number | null;
  readonly output: string;

  constructor(message: string, exitCode: number | null, output: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CommandError';
    this.exitCode = exitCode;
    this.output = output;
  }
}

/**
 * Runs a command to its end and returns what it wrote to stdout. Logs a line every 15 seconds, so that a long download
 * is seen to live.
 * @throws {CommandError} when it cannot be started, ends with another code than 0, or dies by a signal
 */
export function runCommand(file: string, args: readonly string[], options: CommandOptions): Promise<string> {
  const { doing, log, signal } = options;
  return new Promise((resolve, reject) => {
    const startedMs = performance.now();
    const child = spawn(file, args, {
      env: options.environment ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe', options.sharedFileDescriptor ?? 'ignore'],
      ...(signal ? { signal } : {}),
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
    const heartbeat = setInterval(() => {
      log(`  ${doing}: ${Math.round((performance.now() - startedMs) / 1000)} s so far`);
    }, heartbeatMs);
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
