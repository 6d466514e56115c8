import { ConfigurationError, type KubernetesObject, type KubernetesSettings } from '@proofmill/contract';
import { parseKubernetesSettings, readKubernetesSettings } from '@proofmill/job-files';
import { openKubernetes } from '@proofmill/kubernetes-api';
import { type OperateOptions, operate } from '@proofmill/kubernetes-loops';
import type { OperatorMeters } from '@proofmill/metrics';
import { type Logger, systemClock } from '@proofmill/runtime';

export interface OperatorOptions {
  /** Where the operator is. Default: that of the pod, or of the kubeconfig. */
  readonly namespace?: string;
  /** Whose ScoringJobs; `*` is every namespace. Default: its own. */
  readonly watched: readonly string[];
  /** Name of the Lease. */
  readonly lease: string;
  /** Path of cluster.yaml. */
  readonly settings: string;
  /** The ConfigMap that the file comes from. Drivers of each namespace read the one of that name in theirs. */
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
  const { settings, settingsConfigMap, identity, stop, log, lease, meters } = options;
  const kubernetes = await openKubernetes({
    manager: 'proofmill-operator',
    // A namespace may still lack its roles, and those of the others must not wait for it.
    rightsMayCome: options.watched.length > 0,
    ...(options.namespace === undefined ? {} : { namespace: options.namespace }),
  });
  const { namespace } = kubernetes;
  const watched = watchedOf(options.watched, namespace);
  const isAlone = watched !== 'all' && watched.every((one) => one === namespace);
  log.info('operating', { namespace, watched, settings, identity });
  const clock = systemClock();
  const ownSettings = remembered(() => readKubernetesSettings(settings), clock.now);
  // Bad settings of its own end the operator before it leads.
  await ownSettings();
  await operate({
    kubernetes: meters?.decorate('kubernetes', kubernetes) ?? kubernetes,
    ...{ watched, lease, identity, clock, stop },
    settingsConfigMap: isAlone ? null : settingsConfigMap,
    installation: async (place, configMap) =>
      await installationOf(place, settingsConfigMap, () =>
        place === namespace ? ownSettings() : settingsIn(place, settingsConfigMap, configMap),
      ),
    // The Lease's times have microseconds.
    time: () => new Date().toISOString().replace('Z', '000Z'),
    report: (sentence) => log.info(sentence),
    ...(meters ? { events: meters.events } : {}),
  });
}

const watchedOf = (names: readonly string[], own: string): OperateOptions['watched'] => {
  if (names.includes('*')) return 'all';
  return names.length === 0 ? [own] : [...new Set(names)];
};

async function installationOf(
  namespace: string,
  settingsConfigMap: string,
  settingsOf: () => Promise<KubernetesSettings>,
): ReturnType<OperateOptions['installation']> {
  try {
    return { settings: await settingsOf(), settingsConfigMap, namespace };
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return { problem: error.message };
  }
}

/** The settings that drivers of another namespace read. */
async function settingsIn(
  namespace: string,
  name: string,
  configMap: KubernetesObject | null,
): Promise<KubernetesSettings> {
  const { data } = (configMap ?? {}) as { readonly data?: { readonly 'cluster.yaml'?: string } };
  const text = data?.['cluster.yaml'];
  if (text !== undefined) return await parseKubernetesSettings(text, `ConfigMap ${namespace}/${name}: cluster.yaml`);
  throw new ConfigurationError(
    `the namespace ${namespace} is not prepared for jobs: it has no ConfigMap ${name} with a cluster.yaml. Add the namespace to operator.watchNamespaces of the chart, or install the chart in it with operator.enabled: false`,
  );
}

/** How long a file is not read again. The kubelet takes a minute to bring a change of a ConfigMap. */
const rememberedMs = 10_000;

function remembered<T>(read: () => Promise<T>, now: () => number): () => Promise<T> {
  let last: { readonly value: Promise<T>; readonly atMs: number } | null = null;
  return () => {
    if (last === null || now() - last.atMs > rememberedMs) last = { value: read(), atMs: now() };
    return last.value;
  };
}
