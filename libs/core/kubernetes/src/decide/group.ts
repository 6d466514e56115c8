/** What to do about the Job of an engine of several nodes: a group lives and dies as one. */
import { exitCodes, type KubernetesObject, kubernetesLabels } from '@proofmill/contract';
import { jobStateOf } from '../observed/job-state.ts';
import { ownContainers, podOf } from '../observed/pod-fields.ts';

export const isGroup = ({ metadata }: KubernetesObject): boolean =>
  metadata.labels?.[kubernetesLabels.group] !== undefined;

/** The Job controller's label on its pods. */
const jobLabel = 'batch.kubernetes.io/job-name';

/**
 *   alive     nothing has died
 *   dead      a pod has failed, or the engine of a pod has ended: the kubelet starts that one again, and the other ranks never
 *             take it back
 *   young     dead, and made a moment ago: its engine may never start, so it is not made again at once
 *   hopeless  a worker exited with a code for which trying again is pointless, or what fetches its weights did
 */
export type GroupState = 'alive' | 'dead' | 'young' | 'hopeless';

/** `pods` may be all pods of the job; a group that was made after `youngSince` (RFC 3339, UTC) is young. */
export function groupStateOf(
  group: KubernetesObject,
  pods: readonly KubernetesObject[],
  youngSince: string,
): GroupState {
  const own = pods.filter(({ metadata }) => metadata.labels?.[jobLabel] === group.metadata.name).map(podOf);
  const ends = own.flatMap((pod) => ownContainers(pod).flatMap(({ state }) => state?.terminated ?? []));
  if (ends.some(({ exitCode }) => exitCode === exitCodes.configuration)) return 'hopeless';
  const hasRestarted = own.some(({ init }) =>
    init.some(({ name, restartCount = 0 }) => name === 'engine' && restartCount > 0),
  );
  if (!jobStateOf(group).isFailing && !hasRestarted) return 'alive';
  return (group.metadata.creationTimestamp ?? '') > youngSince ? 'young' : 'dead';
}
