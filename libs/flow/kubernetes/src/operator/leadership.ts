/**
 * Of several operators one leads: the one whose name is in a Lease (coordination.k8s.io).
 *
 *   following    The Lease is somebody's. What it says is read every `retryMs`; when it has said the same for `leaseMs`, as our
 *                clock goes, its holder is taken for dead. Clocks of two machines are never compared.
 *   leading      The Lease is ours, and is renewed every `retryMs`. When that has not succeeded for `renewMs`, we have lost it, before
 *                anybody else may take it.
 *
 * Two that lead for a moment do no harm: both decide from what there is, and what they do can be done twice.
 */
import {
  type Clock,
  ConfigurationError,
  type KubernetesApi,
  type KubernetesObject,
  type ObjectRef,
} from '@proofmill/contract';

export interface LeadershipOptions {
  readonly kubernetes: KubernetesApi;
  /** Of the Lease. */
  readonly name: string;
  /** Who we are: the name of our pod. */
  readonly identity: string;
  readonly clock: Clock;
  /** The time, as RFC 3339 with microseconds. */
  readonly time: () => string;
  readonly say: (sentence: string) => void;
}

export interface Leadership {
  /** Fires when we lead no more. */
  readonly lost: AbortSignal;
  /** Lets another one lead at once. */
  release(): Promise<void>;
}

const leaseMs = 15_000;
const renewMs = 10_000;
const retryMs = 2_000;

const kind = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease' } as const;

interface LeaseSpec {
  readonly holderIdentity?: string | null;
  readonly leaseDurationSeconds?: number;
  readonly acquireTime?: string;
  readonly renewTime?: string;
  readonly leaseTransitions?: number;
}

/** Resolves when we lead; null when the signal fires before. ConfigurationError where we may not. */
export async function lead(options: LeadershipOptions, stop: AbortSignal): Promise<Leadership | null> {
  const { kubernetes, name, identity, clock, say } = options;
  const ref: ObjectRef = { ...kind, name };
  let seen = { version: '', atMs: clock.now() };
  for (let told = ''; !stop.aborted; await clock.sleep(retryMs, stop)) {
    try {
      const lease = await kubernetes.read(ref);
      if (lease === null) {
        if ((await kubernetes.create(leaseOf(options, null))) !== null) return keep(options);
        continue;
      }
      const version = lease.metadata.resourceVersion ?? '';
      if (version !== seen.version) seen = { version, atMs: clock.now() };
      const holder = (lease.spec as LeaseSpec | undefined)?.holderIdentity || null;
      if (holder === null || holder === identity || clock.now() - seen.atMs > leaseMs) {
        if ((await kubernetes.replace(leaseOf(options, lease))) !== null) return keep(options);
      } else if (told !== holder) {
        say(`${holder} leads; waiting`);
        told = holder;
      }
    } catch (error) {
      if (error instanceof ConfigurationError) throw error;
      say(`the Lease ${name} cannot be had: ${(error as Error).message}`);
    }
  }
  return null;
}

function keep(options: LeadershipOptions): Leadership {
  const { kubernetes, name, identity, clock, say } = options;
  const ref: ObjectRef = { ...kind, name };
  const lost = new AbortController();
  const released = new AbortController();
  const ended = AbortSignal.any([lost.signal, released.signal]);
  const renewing = (async () => {
    let renewedMs = clock.now();
    while (!ended.aborted) {
      await clock.sleep(retryMs, ended);
      if (ended.aborted) return;
      try {
        const lease = await kubernetes.read(ref);
        const holder = (lease?.spec as LeaseSpec | undefined)?.holderIdentity;
        if (lease !== null && holder !== identity) return lost.abort(new Error(`${holder ?? 'nobody'} leads now`));
        const made = await (lease === null
          ? kubernetes.create(leaseOf(options, null))
          : kubernetes.replace(leaseOf(options, lease)));
        if (made !== null) renewedMs = clock.now();
      } catch (error) {
        say(`the Lease ${name} cannot be renewed: ${(error as Error).message}`);
      }
      if (clock.now() - renewedMs > renewMs) lost.abort(new Error('the Lease could not be renewed in time'));
    }
  })();
  return {
    lost: lost.signal,
    async release() {
      released.abort();
      await renewing;
      if (lost.signal.aborted) return;
      const lease = await kubernetes.read(ref).catch(() => null);
      if ((lease?.spec as LeaseSpec | undefined)?.holderIdentity !== identity || lease === null) return;
      await kubernetes
        .replace({ ...lease, spec: { ...(lease.spec as LeaseSpec), holderIdentity: '' } })
        .catch(() => null);
    },
  };
}

function leaseOf(
  { kubernetes, name, identity, time }: LeadershipOptions,
  before: KubernetesObject | null,
): KubernetesObject {
  const was = (before?.spec ?? {}) as LeaseSpec;
  const isOurs = was.holderIdentity === identity;
  const spec: LeaseSpec = {
    holderIdentity: identity,
    leaseDurationSeconds: leaseMs / 1000,
    acquireTime: (isOurs && was.acquireTime) || time(),
    renewTime: time(),
    leaseTransitions: (was.leaseTransitions ?? 0) + (before === null || isOurs ? 0 : 1),
  };
  return before ? { ...before, spec } : { ...kind, metadata: { name, namespace: kubernetes.namespace }, spec };
}
