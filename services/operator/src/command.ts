import { hostname } from 'node:os';
import { ConfigurationError, exitCodes, podPaths } from '@proofmill/contract';
import { openStatus, operatorMeters } from '@proofmill/metrics';
import { Command, runRole, type StatusFlags, statusHostFlag, statusPortFlag } from '@proofmill/runtime';
import { runOperator } from './run.ts';

interface OperatorFlags extends StatusFlags {
  readonly namespace?: readonly string[];
  readonly lease?: string;
  readonly settings?: string;
  readonly settingsConfigmap?: string;
}

const graceMs = 20_000;

/** `proofmill operator`. */
export const operatorCommand = (): Command =>
  new Command('operator')
    .description('on Kubernetes: start a driver for each ScoringJob of its namespaces; of several operators, one leads')
    .option(
      '--namespace <names...>',
      'namespaces of the ScoringJobs, separated by commas or spaces; "*": all; default: PROOFMILL_WATCH_NAMESPACES, else its own: PROOFMILL_NAMESPACE, that of the pod, or of the kubeconfig',
    )
    .option(
      '--lease <name>',
      'the Lease, in its own namespace, that says which operator of an installation leads; default: PROOFMILL_LEASE, else proofmill-operator',
    )
    .option('--settings <file>', `settings of the cluster; default: PROOFMILL_CLUSTER, else ${podPaths.settings}`)
    .option(
      '--settings-configmap <name>',
      'the ConfigMap that holds these settings; default: PROOFMILL_CLUSTER_CONFIGMAP',
    )
    .option(...statusPortFlag)
    .option(...statusHostFlag)
    .action((flags: OperatorFlags) =>
      runRole({ name: 'operator', graceMs }, async ({ shutdown, log }) => {
        const { env } = process;
        const watched = (flags.namespace ?? [env.PROOFMILL_WATCH_NAMESPACES ?? '']).flatMap(namesIn);
        const namespace =
          env.PROOFMILL_NAMESPACE ?? (watched.length === 1 && watched[0] !== '*' ? watched[0] : undefined);
        await using status = await openStatus({ role: 'operator', ...flags, log });
        await runOperator({
          ...(namespace === undefined ? {} : { namespace }),
          watched,
          lease: flags.lease ?? env.PROOFMILL_LEASE ?? 'proofmill-operator',
          settings: flags.settings ?? env.PROOFMILL_CLUSTER ?? podPaths.settings,
          settingsConfigMap: settingsConfigMapOf(flags.settingsConfigmap),
          identity: env.POD_NAME ?? `${hostname()}-${process.pid}`,
          stop: shutdown.stop,
          log,
          meters: status && operatorMeters(status),
        });
        return shutdown.exitCode ?? exitCodes.done;
      }),
    );

const namesIn = (words: string): string[] =>
  words
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');

/** The name of the ConfigMap with the cluster's settings, from a flag or the environment. */
export function settingsConfigMapOf(flag: string | undefined): string {
  const name = flag ?? process.env.PROOFMILL_CLUSTER_CONFIGMAP;
  if (name !== undefined) return name;
  throw new ConfigurationError(
    "the ConfigMap with the cluster's settings is not named: give --settings-configmap NAME, or set PROOFMILL_CLUSTER_CONFIGMAP",
  );
}
