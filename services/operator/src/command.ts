import { hostname } from 'node:os';
import { ConfigurationError, exitCodes, podPaths } from '@proofmill/contract';
import { openStatus, operatorMeters } from '@proofmill/metrics';
import { Command, runRole, type StatusFlags, statusHostFlag, statusPortFlag } from '@proofmill/runtime';
import { runOperator } from './run.ts';

interface OperatorFlags extends StatusFlags {
  readonly namespace?: string;
  readonly settings?: string;
  readonly settingsConfigmap?: string;
}

const graceMs = 20_000;

/** `proofmill operator`. */
export const operatorCommand = (): Command =>
  new Command('operator')
    .description('on Kubernetes: start a driver for each ScoringJob of a namespace; of several operators, one leads')
    .option(
      '--namespace <name>',
      "namespace of the ScoringJobs; default: PROOFMILL_NAMESPACE, else the pod's or the kubeconfig's",
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
        await using status = await openStatus({ role: 'operator', ...flags, log });
        const namespace = flags.namespace ?? env.PROOFMILL_NAMESPACE;
        await runOperator({
          ...(namespace === undefined ? {} : { namespace }),
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

/** The name of the ConfigMap with the cluster's settings, from a flag or the environment. */
export function settingsConfigMapOf(flag: string | undefined): string {
  const name = flag ?? process.env.PROOFMILL_CLUSTER_CONFIGMAP;
  if (name !== undefined) return name;
  throw new ConfigurationError(
    "the ConfigMap with the cluster's settings is not named: give --settings-configmap NAME, or set PROOFMILL_CLUSTER_CONFIGMAP",
  );
}
