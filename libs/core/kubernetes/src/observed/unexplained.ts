/** Whether objects need events to explain them, as nothing in their own status does. */
import type { KubernetesObject } from '@proofmill/contract';
import { jobStateOf } from './job-state.ts';
import { podOf } from './pod-fields.ts';
import { troubleOfPod } from './pod-trouble.ts';

/** A Job that is meant to run and has fewer pods than it asks for: the API server may refuse them. */
export function lacksPods(job: KubernetesObject): boolean {
  const { end, isGoing, isFailing, isSuspended, pods } = jobStateOf(job);
  if (end !== null || isGoing || isFailing || isSuspended) return false;
  const { spec, status } = job as {
    readonly spec?: { readonly parallelism?: number };
    readonly status?: { readonly succeeded?: number };
  };
  return pods + (status?.succeeded ?? 0) < (spec?.parallelism ?? 1);
}

/** A pod that has its node, and waits for volumes, network or its sandbox. */
export function isBeingSetUp(object: KubernetesObject): boolean {
  const pod = podOf(object);
  const isTrue = (type: string): boolean =>
    pod.conditions.some((condition) => condition.type === type && condition.status === 'True');
  if (pod.isGoing || pod.phase !== 'Pending') return false;
  return isTrue('PodScheduled') && !isTrue('PodReadyToStartContainers') && troubleOfPod(pod, []) === null;
}
