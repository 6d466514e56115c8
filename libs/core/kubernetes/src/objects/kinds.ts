/** The kinds of objects that Proofmill reads and writes, and how an object refers to another. */
import {
  type KindRef,
  type KubernetesObject,
  kubernetesLabels,
  type ObjectRef,
  type OwnerReference,
  scoringJobs,
} from '@proofmill/contract';

export const kinds = {
  job: { apiVersion: 'batch/v1', kind: 'Job' },
  pod: { apiVersion: 'v1', kind: 'Pod' },
  service: { apiVersion: 'v1', kind: 'Service' },
  event: { apiVersion: 'v1', kind: 'Event' },
  configMap: { apiVersion: 'v1', kind: 'ConfigMap' },
  scoringJob: { apiVersion: scoringJobs.apiVersion, kind: scoringJobs.kind },
  workload: { apiVersion: 'kueue.x-k8s.io/v1beta2', kind: 'Workload' },
  lease: { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease' },
} as const satisfies Record<string, KindRef>;

export const refOf = ({ apiVersion, kind, metadata }: KubernetesObject): ObjectRef => ({
  apiVersion,
  kind,
  name: metadata.name,
});

/** The reference by which an object belongs to this one, and is removed with it. */
export const ownerReferenceTo = (owner: KubernetesObject): OwnerReference => ({
  apiVersion: owner.apiVersion,
  kind: owner.kind,
  name: owner.metadata.name,
  uid: owner.metadata.uid ?? '',
  controller: true,
  blockOwnerDeletion: true,
});

/** Undefined for an object of no stage: the driver's. */
export const stageOf = ({ metadata }: KubernetesObject): string | undefined =>
  metadata.labels?.[kubernetesLabels.stage];
