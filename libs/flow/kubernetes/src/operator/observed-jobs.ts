/** What the operator keeps in memory: ScoringJobs, the Jobs of all of them, the pods of drivers, and settings of namespaces. */
import {
  type KubernetesApi,
  type KubernetesObject,
  kubernetesLabels,
  type Observation,
  type Observed,
} from '@proofmill/contract';
import { kinds } from '@proofmill/kubernetes-objects';
import { fromMemory } from '../from-memory.ts';
import { ours } from './reconcile-job.ts';

/** The namespaces whose ScoringJobs an operator takes care of. */
export type Watched = readonly string[] | 'all';

export interface ObservedJobs {
  /** Everything is known of the namespaces that may be read. Rejects where the API server does not know ScoringJobs. */
  readonly complete: Promise<void>;
  /** Every ScoringJob that is known. */
  all(): KubernetesObject[];
  /** Null where it does not exist, or its namespace is not known yet. */
  read(namespace: string, name: string): KubernetesObject | null;
  /** The ScoringJobs of a namespace. */
  resources(namespace: string): KubernetesObject[];
  /** The Jobs of all of them: drivers, workers and collectors. */
  jobs(namespace: string): KubernetesObject[];
  /** The ConfigMap with the settings of a namespace. */
  settings(namespace: string): KubernetesObject | null;
  /** The API server in this namespace, with reading calls answered from memory. */
  within(namespace: string): KubernetesApi;
}

export interface ObserveJobsOptions {
  readonly kubernetes: KubernetesApi;
  readonly watched: Watched;
  /** Name of the ConfigMap with the settings of a namespace. Null where it is not read. */
  readonly settingsConfigMap: string | null;
  /** Called with the ScoringJob that an object belongs to. */
  readonly onChange: (namespace: string, job: string, object: KubernetesObject) => void;
  /** Called when everything of a namespace is known for the first time, or its settings have changed. */
  readonly onNamespace: (jobs: readonly KubernetesObject[]) => void;
  readonly onTrouble: (error: Error) => void;
  readonly signal: AbortSignal;
}

/** One namespace, or all of them together. */
interface Scope {
  readonly observations: readonly Observation[];
  readonly resources: Observation;
  readonly jobs: Observation;
  readonly settings: Observation | null;
  readonly seen: Seen;
}

interface Seen {
  isComplete: boolean;
  /** Namespaces that have, or had, a ScoringJob. */
  readonly namespaces: Set<string>;
}

export function observeJobs(options: ObserveJobsOptions): ObservedJobs {
  const { kubernetes, watched } = options;
  const scopes = new Map<string, Scope>();
  const scopeOf = (namespace: string): Scope | undefined => scopes.get(watched === 'all' ? '' : namespace);
  const completes: Promise<void>[] = [];
  for (const namespace of watched === 'all' ? [''] : watched) {
    const { scope, complete } = observeScope(options, namespace);
    scopes.set(namespace, scope);
    completes.push(complete);
  }
  const resourcesIn = ({ resources, seen }: Scope): KubernetesObject[] =>
    seen.isComplete ? [...seen.namespaces].flatMap((namespace) => resources.list(namespace)) : [];
  return {
    complete: Promise.all(completes).then(() => undefined),
    all: () => [...scopes.values()].flatMap(resourcesIn),
    read(namespace, name) {
      const scope = scopeOf(namespace);
      return scope?.seen.isComplete ? scope.resources.read(namespace, name) : null;
    },
    resources: (namespace) => scopeOf(namespace)?.resources.list(namespace) ?? [],
    jobs: (namespace) => scopeOf(namespace)?.jobs.list(namespace) ?? [],
    settings: (namespace) => scopeOf(namespace)?.settings?.read(namespace, options.settingsConfigMap ?? '') ?? null,
    within: (namespace) => fromMemory(kubernetes.within(namespace), scopeOf(namespace)?.observations ?? []),
  };
}

/** `namespace` is empty for all of them. */
function observeScope(
  { kubernetes, settingsConfigMap, onChange, onNamespace, onTrouble, signal }: ObserveJobsOptions,
  namespace: string,
): { scope: Scope; complete: Promise<void> } {
  const port = namespace === '' ? kubernetes : kubernetes.within(namespace);
  const seen: Seen = { isComplete: false, namespaces: new Set() };
  const observe = (what: Observed, changed: (object: KubernetesObject) => void): Observation =>
    port.observe(namespace === '' ? { ...what, everywhere: true } : what, { onChange: changed, onTrouble, signal });
  const notify = (object: KubernetesObject): void => {
    const { namespace: place = '', name, labels } = object.metadata;
    const isJob = object.kind === kinds.scoringJob.kind;
    if (isJob) seen.namespaces.add(place);
    const job = isJob ? name : labels?.[kubernetesLabels.job];
    if (seen.isComplete && job !== undefined) onChange(place, job, object);
  };
  const resources = observe(kinds.scoringJob, notify);
  const jobs = observe({ ...kinds.job, labels: ours }, notify);
  const settings =
    settingsConfigMap === null
      ? null
      : observe({ ...kinds.configMap, name: settingsConfigMap }, ({ metadata }) => {
          if (seen.isComplete) onNamespace(resources.list(metadata.namespace ?? ''));
        });
  const observations = [
    resources,
    jobs,
    observe({ ...kinds.pod, labels: { ...ours, [kubernetesLabels.component]: 'driver' } }, notify),
    ...(settings ? [settings] : []),
  ];
  const complete = Promise.all(observations.map((one) => one.complete)).then(() => {
    if (signal.aborted) return;
    seen.isComplete = true;
    onNamespace([...seen.namespaces].flatMap((one) => resources.list(one)));
  });
  return { scope: { observations, resources, jobs, settings, seen }, complete };
}
