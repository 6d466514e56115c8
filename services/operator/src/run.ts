import { readKubernetesSettings } from '@proofmill/job-files';
import { openKubernetes } from '@proofmill/kubernetes-api';
import { operate } from '@proofmill/kubernetes-loops';
import type { OperatorMeters } from '@proofmill/metrics';
import { type Logger, systemClock } from '@proofmill/runtime';

export interface OperatorOptions {
  /** Whose ScoringJobs. Default: that of the pod, or of the kubeconfig. */
  readonly namespace?: string;
  /** Path of cluster.yaml. */
  readonly settings: string;
  /** The ConfigMap that the file comes from; drivers read it too. */
  readonly settingsConfigMap: string;
  /** Tells this operator from the rest: the name of its pod. */
  readonly identity: string;
  readonly stop: AbortSignal;
  readonly log: Logger;
  /** What the operator counts for a scrape; null where none may come. */
  readonly meters: OperatorMeters | null;
}

/** Runs until `stop` fires; see `operate` for what it rejects with. */
export async function runOperator(options: OperatorOptions): Promise<void> {
  const { settings, settingsConfigMap, identity, stop, log, meters } = options;
  const kubernetes = await openKubernetes({
    manager: 'proofmill-operator',
    ...(options.namespace === undefined ? {} : { namespace: options.namespace }),
  });
  const { namespace } = kubernetes;
  log.info('operating', { namespace, settings, identity });
  await operate({
    kubernetes: meters?.decorate('kubernetes', kubernetes) ?? kubernetes,
    installation: async () => ({ settings: await readKubernetesSettings(settings), settingsConfigMap, namespace }),
    identity,
    clock: systemClock(),
    // The Lease's times have microseconds.
    time: () => new Date().toISOString().replace('Z', '000Z'),
    report: (sentence) => log.info(sentence),
    stop,
    ...(meters ? { events: meters.events } : {}),
  });
}
