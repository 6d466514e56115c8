/**
 * The end of a namespace with jobs in it. Kubernetes removes the pods of such a namespace first, and everything else when they are
 * gone (1.33 and later: the feature OrderedNamespaceDeletion). A pod of an Indexed Job with a back-off for each index is kept until
 * its replacement exists (canRemoveFinalizer in the Job controller), which nobody can create any more: namespace and pod would wait
 * for each other for ever. Jobs that are removed release their pods.
 */
import { type Clock, type KubernetesApi, kubernetesLabels } from '@proofmill/contract';
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

/** The same, at most once every `pauseMs`. */
export function namespaceWatch({
  kubernetes,
  clock,
  report,
}: {
  readonly kubernetes: KubernetesApi;
  readonly clock: Clock;
  readonly report: (sentence: string) => void;
}): () => Promise<void> {
  let lookedAtMs = Number.NEGATIVE_INFINITY;
  return async () => {
    if (clock.now() - lookedAtMs < pauseMs) return;
    lookedAtMs = clock.now();
    // An API server that is away is found out, and reported, by the rest of the turn.
    await endWithNamespace(kubernetes, report).catch(() => undefined);
  };
}
