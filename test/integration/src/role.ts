/** A role that is started again when it dies, as Kubernetes would; `crashes` are the named deaths of its first lives. */
import { setTimeout as pause } from 'node:timers/promises';
import { type Command, type Ended, startCommand } from './command.ts';

export interface Life extends Ended {
  /** The named event at which it was to kill itself. */
  readonly crashAt: string | null;
  readonly stderr: string;
}

export interface Role {
  readonly name: string;
  /** The process that runs now, or ran last. */
  readonly command: Command;
  readonly lives: readonly Life[];
  /** The exit code of the last life, once the role is not started again. */
  readonly ended: Promise<number | null>;
  /** Sends a signal and does not prevent the next life. */
  kill(signal: NodeJS.Signals): void;
  /** Ends it for good. */
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** What it said in all its lives. */
  report(): string;
}

export interface RoleOptions {
  readonly name: string;
  /** What to start in a life, counted from 0. */
  readonly words: (life: number) => readonly string[];
  readonly mark: string;
  readonly env: Readonly<Record<string, string>>;
  readonly crashes?: readonly string[];
  readonly onLine?: (line: string) => void;
  /** Called after each death, before the next life. */
  readonly onDeath?: (life: Life) => Promise<void>;
  /** Whether such an end is the last. Default: done, bad configuration, a limit. */
  readonly isFinal?: (ended: Ended) => boolean;
}

/** More lives than this are a loop. */
const MOST_LIVES = 40;
const RESTART_MS = 100;

const endsForGood = ({ code }: Ended): boolean => code === 0 || code === 2 || code === 3;

export function keepRole(options: RoleOptions): Role {
  const { name, mark, crashes = [], isFinal = endsForGood } = options;
  const lives: Life[] = [];
  let stopping = false;

  const start = (): Command => {
    const crashAt = crashes[lives.length];
    const env = { ...options.env, ...(crashAt === undefined ? {} : { PROOFMILL_CRASH_AT: crashAt }) };
    const words = options.words(lives.length);
    return startCommand({ name, words, mark, env, ...(options.onLine ? { onLine: options.onLine } : {}) });
  };
  let command = start();

  const ended = (async (): Promise<number | null> => {
    for (;;) {
      const end = await command.ended;
      const life: Life = { ...end, crashAt: crashes[lives.length] ?? null, stderr: command.stderr };
      lives.push(life);
      await options.onDeath?.(life);
      if (stopping || isFinal(end) || lives.length >= MOST_LIVES) return end.code;
      await pause(RESTART_MS);
      if (stopping) return end.code;
      command = start();
    }
  })();

  return {
    name,
    get command() {
      return command;
    },
    lives,
    ended,
    kill: (signal) => command.kill(signal),
    async stop(signal = 'SIGKILL') {
      stopping = true;
      command.kill(signal);
      await ended;
    },
    report: () =>
      [
        ...lives.map((life, index) => {
          const named = life.crashAt === null ? '' : ` (crash at: ${life.crashAt})`;
          return `-- ${name}, life ${index + 1}${named}: ${life.signal ?? `exit code ${life.code}`}\n${life.stderr}`;
        }),
        ...(command.running ? [`-- ${name}, still running\n${command.stderr}`] : []),
      ].join(''),
  };
}
