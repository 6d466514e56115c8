import type { Clock, KubernetesApi, KubernetesObject } from '@proofmill/contract';
import { kinds, workloadLabels } from '@proofmill/kubernetes-objects';

/** A queue moves slowly. */
const pauseMs = 6_000;

export interface Workloads {
  /**
   * What Kueue has made for a Job, not older than a few turns. They only explain why it waits: nothing where they cannot be read, as
   * with a Kueue of another version.
   */
  of(job: KubernetesObject): Promise<readonly KubernetesObject[]>;
}

export function workloadsOf(kubernetes: KubernetesApi, clock: Clock): Workloads {
  let listedAtMs = Number.NEGATIVE_INFINITY;
  let workloads: readonly KubernetesObject[] = [];
  return {
    async of(job) {
      if (clock.now() - listedAtMs <= pauseMs) return workloads;
      listedAtMs = clock.now();
      workloads = await kubernetes.list(kinds.workload, workloadLabels(job)).catch(() => []);
      return workloads;
    },
  };
}
