/** The Lease (coordination.k8s.io) that names the operator that leads, read and written purely. */
import type { KubernetesObject } from '@proofmill/contract';
import { kinds } from '@proofmill/kubernetes-objects';

interface LeaseSpec {
  readonly holderIdentity?: string | null;
  readonly leaseDurationSeconds?: number;
  readonly acquireTime?: string;
  readonly renewTime?: string;
  readonly leaseTransitions?: number;
}

/** A Lease that has not changed for this long belongs to a holder that is dead. */
export const leaseMs = 15_000;

const specOf = (lease: KubernetesObject | null): LeaseSpec => (lease?.spec ?? {}) as LeaseSpec;

/** The name of the operator that holds it; null where none does. */
export const holderOf = (lease: KubernetesObject | null): string | null => specOf(lease).holderIdentity || null;

export interface LeaseClaim {
  /** Name of the Lease. */
  readonly name: string;
  readonly namespace: string;
  /** The name of this operator. */
  readonly identity: string;
  /** The time, as RFC 3339 with microseconds. */
  readonly at: string;
}

/** The Lease with this operator as its holder: a new one, or the next version of the one that exists. */
export function heldLease(
  { name, namespace, identity, at }: LeaseClaim,
  existing: KubernetesObject | null,
): KubernetesObject {
  const before = specOf(existing);
  const isOurs = before.holderIdentity === identity;
  const spec: LeaseSpec = {
    holderIdentity: identity,
    leaseDurationSeconds: leaseMs / 1000,
    acquireTime: (isOurs && before.acquireTime) || at,
    renewTime: at,
    leaseTransitions: (before.leaseTransitions ?? 0) + (existing === null || isOurs ? 0 : 1),
  };
  return existing ? { ...existing, spec } : { ...kinds.lease, metadata: { name, namespace }, spec };
}

/** The Lease without a holder: any operator may take it at once. */
export const releasedLease = (lease: KubernetesObject): KubernetesObject => ({
  ...lease,
  spec: { ...specOf(lease), holderIdentity: '' },
});
