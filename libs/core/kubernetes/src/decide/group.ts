/** What to do about the Job of an engine of several nodes: a group lives and dies as one. */
import { exitCodes, type KubernetesObject, kubernetesLabels } from '@proofmill/contract';
import { jobStateOf } from '../observed/job-state.ts';
import { podOf } from '../observed/pod-fields.ts';

/** A group that dies young is not made again before this time has passed: its engine may never start. */
const shortestLifeMs = 60_000;

export const isGroup = ({ metadata }: KubernetesObject): boolean =>
  metadata.labels?.[kubernetesLabels.group] !== undefined;

/** The Job controller's label on its pods. */
const jobLabel = 'batch.kubernetes.io/job-name';

/**
 *   alive     nothing has died
 *   dead      a pod has failed, or the engine of a pod has ended: the kubelet starts that one again, and the other ranks never
 *             take it back
 *   young     dead, and made a moment ago
 *   hopeless  a worker exited with a code for which trying again is pointless
 */
export type GroupState = 'alive' | 'dead' | 'young' | 'hopeless';

/** `pods` may be all pods of the job; `nowMs` is the time in milliseconds since 1970. */
export function groupStateOf(group: KubernetesObject, pods: readonly KubernetesObject[], nowMs: number): GroupState {
  const own = pods.filter(({ metadata }) => metadata.labels?.[jobLabel] === group.metadata.name).map(podOf);
  const ends = own.flatMap(({ main }) => main.flatMap(({ state }) => state?.terminated ?? []));
  if (ends.some(({ exitCode }) => exitCode === exitCodes.configuration)) return 'hopeless';
  const hasRestarted = own.some(({ init }) =>
    init.some(({ name, restartCount = 0 }) => name === 'engine' && restartCount > 0),
  );
  if (!jobStateOf(group).isFailing && !hasRestarted) return 'alive';
  const madeAtMs = Date.parse(group.metadata.creationTimestamp ?? '');
  return nowMs - madeAtMs < shortestLifeMs ? 'young' : 'dead';
}
