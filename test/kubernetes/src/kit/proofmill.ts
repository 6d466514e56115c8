/** The command on this machine, connected to the cluster. */
import type { Cluster } from '@proofmill/one-node-cluster';
import { type Ended, startCommand } from '@proofmill/test-integration';

export interface CommandEnd extends Ended {
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningCommand extends AsyncDisposable {
  /** Resolves when it has ended. */
  readonly end: Promise<CommandEnd>;
  /** Its output so far. */
  readonly said: () => string;
  kill(signal: NodeJS.Signals): void;
}

/** Starts `proofmill WORDS` on this cluster; `await using` kills it. */
export function startProofmill(
  cluster: Cluster,
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): RunningCommand {
  const command = startCommand({
    name: `proofmill ${words[0]}`,
    words,
    mark: `kubernetes-${process.pid}`,
    env: { KUBECONFIG: cluster.kubeconfig, ...env },
  });
  const end = command.ended.then((ended) => ({ ...ended, stdout: command.stdout, stderr: command.stderr }));
  return {
    end,
    said: () => command.stdout + command.stderr,
    kill: (signal) => command.kill(signal),
    async [Symbol.asyncDispose]() {
      command.kill('SIGKILL');
      await end;
    },
  };
}

/** Runs it to its end. */
export const runProofmill = (
  cluster: Cluster,
  words: readonly string[],
  env?: Readonly<Record<string, string>>,
): Promise<CommandEnd> => startProofmill(cluster, words, env).end;
