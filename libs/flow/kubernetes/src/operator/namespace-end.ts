/**
 * The end of a namespace with jobs in it. Kubernetes removes the pods of such a namespace first, and everything else when they are
 * gone (1.33 and later: the feature OrderedNamespaceDeletion). A pod of an Indexed Job with a back-off for each index is kept until
 * its replacement exists (canRemoveFinalizer in the Job controller), which nobody can create any more: namespace and pod would wait
 * for each other for ever. Jobs that are removed release their pods.
 */
import { type Clock, type KubernetesApi, type KubernetesObject, kubernetesLabels } from '@proofmill/contract';
import { kinds, refOf } from '@proofmill/kubernetes-objects';

const pauseMs = 10_000;

/** Removes the Jobs of all of our jobs if the namespace is being deleted. */
export async function endWithNamespace(kubernetes: KubernetesApi, report: (sentence: string) => void): Promise<void> {
  if (!(await kubernetes.isNamespaceGoing())) return;
  const jobs = await kubernetes.list(kinds.job, { [kubernetesLabels.managedBy]: 'proofmill' });
  if (jobs.length === 0) return;
  report(`the namespace ${kubernetes.namespace} is being deleted: its Jobs are removed (${jobs.length})`);
  for (const job of jobs) await kubernetes.remove(refOf(job), 'background');
}

export interface NamespaceWatchOptions {
  /** The API server in a namespace. */
  readonly within: (namespace: string) => KubernetesApi;
  readonly clock: Clock;
  readonly report: (sentence: string) => void;
  readonly stop: AbortSignal;
}

export interface NamespaceWatch {
  /** The namespace is met for the first time. */
  met(namespace: string): void;
  /** An object of ours has changed: the end of a namespace begins with its pods, and so with the status of their Jobs. */
  changed(object: KubernetesObject): void;
}

/** The same, once every `pauseMs` at most in each namespace, and only where a Job of ours is left. */
export function namespaceWatch({ within, clock, report, stop }: NamespaceWatchOptions): NamespaceWatch {
  /** Namespaces that were looked at a moment ago; true where something has changed since. */
  const resting = new Map<string, boolean>();

  async function look(namespace: string): Promise<void> {
    const kubernetes = within(namespace);
    const jobs = await kubernetes.list(kinds.job, { [kubernetesLabels.managedBy]: 'proofmill' });
    // An API server that is away is reported by what else is asked of it.
    if (jobs.length > 0) await endWithNamespace(kubernetes, report).catch(() => undefined);
  }

  async function watch(namespace: string): Promise<void> {
    do {
      resting.set(namespace, false);
      await look(namespace);
      await clock.sleep(pauseMs, stop);
    } while (resting.get(namespace) && !stop.aborted);
    resting.delete(namespace);
  }

  function met(namespace: string): void {
    if (resting.has(namespace)) resting.set(namespace, true);
    else if (!stop.aborted) void watch(namespace);
  }

  return {
    met,
    changed(object) {
      if (hasHadPods(object)) met(object.metadata.namespace ?? '');
    },
  };
}

/** A Job that has just been created has an empty status. */
const hasHadPods = ({ kind, status }: KubernetesObject): boolean =>
  kind === kinds.pod.kind || (kind === kinds.job.kind && Object.keys(status ?? {}).length > 0);
