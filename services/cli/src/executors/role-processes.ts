/** The processes of a run, by name. A death or a temporary end starts a role again, a second later. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { ConfigurationError, exitCodes, signingVariable, UnavailableError } from '@proofmill/contract';
import type { Progress } from '@proofmill/coordinator';
import { endsWithStdin } from '@proofmill/runtime';
import { later } from './waiting.ts';

export interface RoleProcesses {
  /** Fires with an error when a role but the coordinator ends for good and is not done. */
  readonly failed: AbortSignal;
  fail(error: unknown): void;
  /** Starts `proofmill WORDS`, unless a role of that name runs: a name is one process at a time. */
  start(name: string, words: readonly string[], options?: StartOptions): RoleProcess;
  /** Asks the roles of such a name to end, or all of them, and starts none of them again. */
  stop(isMeant?: (name: string) => boolean): void;
  /** Asks the roles of such a name, which were asked to end before, to end at once. */
  stopAtOnce(isMeant: (name: string) => boolean): void;
  /** Resolves when the roles of such a name, or all of them, have ended. */
  ended(isMeant?: (name: string) => boolean): Promise<unknown>;
}

interface StartOptions {
  /** Takes each line of the role's stdout. */
  readonly onLine?: (line: string) => void;
  /** Lives that may follow the first one. A life that was killed after `steadyMs` begins the count again. */
  readonly restarts?: number;
}

interface RoleProcess {
  /** Resolves with the exit code of the last life. */
  readonly ended: Promise<number>;
  stop(): void;
  /** Asks for an end without the time that work in flight is given; see Shutdown of the runtime. */
  stopAtOnce(): void;
}

export interface RoleProcessesOptions {
  /** Address of the NATS server. */
  readonly nats: string;
  readonly progress: Progress;
  /** Once it fires, a role that ends is no failure. */
  readonly stop: AbortSignal;
}

/** The file that this process was started with, a source or a bundle: the roles are started with the same. */
const main = process.argv[1] ?? '';
const restartMs = 1000;
const defaultRestarts = 20;
/** A role that was killed after so long had worked: a run of days is not to end at its 21st death. */
const steadyMs = 60_000;

const all = (): boolean => true;

export function roleProcesses({ nats, progress, stop }: RoleProcessesOptions): RoleProcesses {
  const failed = new AbortController();
  const running = new Map<string, RoleProcess>();
  const named = (isMeant: (name: string) => boolean): RoleProcess[] =>
    [...running].filter(([name]) => isMeant(name)).map(([, role]) => role);

  return {
    failed: failed.signal,
    fail: (error) => failed.abort(error),
    start(name, words, { onLine = () => undefined, restarts = defaultRestarts } = {}) {
      const known = running.get(name);
      if (known) return known;
      const role = keepRole({ name, words, nats, restarts, progress, onLine });
      running.set(name, role);
      void role.ended.then((code) => {
        running.delete(name);
        if (code !== exitCodes.done && name !== 'coordinator' && !stop.aborted) failed.abort(roleFailed(name, code));
      });
      return role;
    },
    stop(isMeant = all) {
      for (const role of named(isMeant)) role.stop();
    },
    stopAtOnce(isMeant) {
      for (const role of named(isMeant)) role.stopAtOnce();
    },
    ended: (isMeant = all) => Promise.all(named(isMeant).map(({ ended }) => ended)),
  };
}

function roleFailed(name: string, code: number): Error {
  const sentence = `the ${name} ended with exit code ${code}; its last lines are above`;
  return code === exitCodes.configuration
    ? new ConfigurationError(sentence)
    : new UnavailableError('role-failed', sentence, { runAgainWhen: 'the causes that they name are gone' });
}

interface KeptRole {
  readonly name: string;
  readonly words: readonly string[];
  readonly nats: string;
  readonly restarts: number;
  readonly progress: Progress;
  readonly onLine: (line: string) => void;
}

function keepRole({ name, words, nats, restarts, progress, onLine }: KeptRole): RoleProcess {
  let child: ChildProcess | null = null;
  let stopping = false;

  const live = (): Promise<number | null> =>
    new Promise((resolve) => {
      child = spawn(process.execPath, [...process.execArgv, main, ...words], {
        stdio: ['pipe', 'pipe', 'inherit'],
        env: { PROOFMILL_LOG: 'warn', ...environmentOf(name), NATS_URL: nats, [endsWithStdin]: '1' },
        detached: true,
      });
      if (child.stdout) createInterface({ input: child.stdout }).on('line', onLine);
      child.on('close', (code) => resolve(code));
    });

  const ended = (async (): Promise<number> => {
    for (let left = restarts; ; left -= 1) {
      const beganMs = performance.now();
      const code = await live();
      if (code === null && performance.now() - beganMs >= steadyMs) left = restarts;
      if (isFinal(code) || stopping || left === 0) return code ?? exitCodes.unexpected;
      progress.report(`the ${name} ended (${code === null ? 'killed' : `exit code ${code}`}); it is started again`);
      await later(restartMs);
      if (stopping) return code ?? exitCodes.unexpected;
    }
  })();

  return {
    ended,
    stop() {
      stopping = true;
      child?.kill('SIGTERM');
    },
    stopAtOnce() {
      child?.kill('SIGINT');
    },
  };
}

/** Only a coordinator signs. */
function environmentOf(name: string): NodeJS.ProcessEnv {
  const { [signingVariable]: _secret, ...environment } = process.env;
  return name === 'coordinator' ? process.env : environment;
}

const isFinal = (code: number | null): boolean =>
  code === exitCodes.done || code === exitCodes.configuration || code === exitCodes.limitBroken;
