/** A role that is restarted when it dies, as on Kubernetes. `crashes` names the events at which its first lives die. */
import { setTimeout as pause } from 'node:timers/promises';
import { type Command, type Ended, startCommand } from './command.ts';

export interface Life extends Ended {
  /** The named event at which this life was to die. */
  readonly crashAt: string | null;
  readonly stderr: string;
}

export interface Role {
  readonly name: string;
  /** The process that runs now, or ran last. */
  readonly command: Command;
  readonly lives: readonly Life[];
  /** The exit code of the last life, once no other follows. */
  readonly ended: Promise<number | null>;
  /** Sends a signal; the next life follows. */
  kill(signal: NodeJS.Signals): void;
  /** Ends the role for good. */
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** The output of all its lives. */
  report(): string;
}

export interface RoleOptions {
  readonly name: string;
  /** The arguments of a life, counted from 0. */
  readonly words: (life: number) => readonly string[];
  readonly mark: string;
  readonly env: Readonly<Record<string, string>>;
  readonly crashes?: readonly string[];
  readonly onLine?: (line: string) => void;
  /** Called after each death, before the next life. */
  readonly onDeath?: (life: Life) => Promise<void>;
  /** Whether such an end is the last. Default: done, a bad configuration, or a limit. */
  readonly isFinal?: (ended: Ended) => boolean;
}

/** A role with more lives than this is in a loop. */
const mostLives = 40;
const restartMs = 100;

const endsForGood = ({ code }: Ended): boolean => code === 0 || code === 2 || code === 3;

export function superviseRole(options: RoleOptions): Role {
  const { name, mark, crashes = [], isFinal = endsForGood } = options;
  const lives: Life[] = [];
  let stopping = false;

  const start = (): Command => {
    const crashAt = crashes[lives.length];
    return startCommand({
      name,
      words: options.words(lives.length),
      ...(crashAt === undefined ? {} : { crashAt }),
      mark,
      env: options.env,
      ...(options.onLine ? { onLine: options.onLine } : {}),
    });
  };
  let command = start();

  const ended = (async (): Promise<number | null> => {
    for (;;) {
      const end = await command.ended;
      const life: Life = { ...end, crashAt: crashes[lives.length] ?? null, stderr: command.stderr };
      lives.push(life);
      await options.onDeath?.(life);
      if (stopping || isFinal(end) || lives.length >= mostLives) return end.code;
      await pause(restartMs);
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
