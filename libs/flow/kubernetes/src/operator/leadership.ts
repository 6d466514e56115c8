/**
 * Of several operators one leads: the one that a Lease names.
 *
 *   following    Another operator holds the Lease. It is read every `retryMs`; when it has not changed for `leaseMs`, by our own
 *                clock, its holder is taken for dead. The clocks of two machines are never compared.
 *   leading      This operator holds the Lease and renews it every `renewEveryMs`. When that has failed for `renewMs`, the leadership
 *                is lost, before another operator may take it.
 *
 * Two operators that lead for a moment do no harm: both decide from what exists, and everything they do can be repeated.
 */
import { type Clock, ConfigurationError, type KubernetesApi, type KubernetesObject } from '@proofmill/contract';
import { kinds } from '@proofmill/kubernetes-objects';
import { heldLease, holderOf, leaseMs, releasedLease } from './lease.ts';

export interface LeadershipOptions {
  readonly kubernetes: KubernetesApi;
  /** Name of the Lease. */
  readonly name: string;
  /** The name of this operator: that of its pod. */
  readonly identity: string;
  readonly clock: Clock;
  /** The time, as RFC 3339 with microseconds. */
  readonly time: () => string;
  readonly report: (sentence: string) => void;
}

export interface Leadership {
  /** Fires when this operator no longer leads. */
  readonly lost: AbortSignal;
  /** Lets another operator lead at once. */
  release(): Promise<void>;
}

const renewMs = 10_000;
/** It leaves three tries until then. */
const renewEveryMs = 5_000;
const retryMs = 2_000;

/** Resolves when this operator leads; null when `stop` fires first. ConfigurationError where it may not. */
export async function lead(options: LeadershipOptions, stop: AbortSignal): Promise<Leadership | null> {
  const { name, identity, clock, report } = options;
  const isUnchanged = staleness(clock);
  for (let reported = ''; !stop.aborted; await clock.sleep(retryMs, stop)) {
    try {
      const lease = await readLease(options);
      const holder = holderOf(lease);
      const isExpired = isUnchanged(lease);
      if (holder === null || holder === identity || isExpired) {
        const held = await takeLease(options, lease);
        if (held !== null) return holdLease(options, held);
      } else if (reported !== holder) {
        report(`${holder} leads; waiting`);
        reported = holder;
      }
    } catch (error) {
      if (error instanceof ConfigurationError) throw error;
      report(`the Lease ${name} cannot be taken: ${(error as Error).message}`);
    }
  }
  return null;
}

/** Tells whether the Lease has been the same for `leaseMs`, from one call to the next. */
function staleness(clock: Clock): (lease: KubernetesObject | null) => boolean {
  let seen = { version: '', atMs: clock.now() };
  return (lease) => {
    const version = lease?.metadata.resourceVersion ?? '';
    if (version !== seen.version) seen = { version, atMs: clock.now() };
    return clock.now() - seen.atMs > leaseMs;
  };
}

/** Renews the Lease until it is lost or released. */
function holdLease(options: LeadershipOptions, held: KubernetesObject): Leadership {
  const lost = new AbortController();
  const released = new AbortController();
  const renewing = renew(options, held, released.signal).then((reason) => {
    if (reason !== null) lost.abort(reason);
  });
  return {
    lost: lost.signal,
    async release() {
      released.abort();
      await renewing;
      if (!lost.signal.aborted) await releaseLease(options);
    },
  };
}

/** Resolves with the reason when the Lease is lost, or with null when `released` fires. */
async function renew(options: LeadershipOptions, held: KubernetesObject, released: AbortSignal): Promise<Error | null> {
  const { name, identity, clock, report } = options;
  let renewedAtMs = clock.now();
  let pauseMs = renewEveryMs;
  for (let lease: KubernetesObject | null = held; ; ) {
    await clock.sleep(pauseMs, released);
    if (released.aborted) return null;
    pauseMs = retryMs;
    try {
      const renewed = await takeLease(options, lease);
      if (renewed !== null) {
        renewedAtMs = clock.now();
        pauseMs = renewEveryMs;
      }
      // Somebody has written or removed it.
      lease = renewed ?? (await readLease(options));
      const holder = holderOf(lease);
      if (lease !== null && holder !== identity) return new Error(`${holder ?? 'nobody'} leads now`);
    } catch (error) {
      report(`the Lease ${name} cannot be renewed: ${(error as Error).message}`);
    }
    if (clock.now() - renewedAtMs > renewMs) return new Error('the Lease could not be renewed in time');
  }
}

/** Failing to release costs nothing but time: the next operator waits until the Lease has expired. */
async function releaseLease(options: LeadershipOptions): Promise<void> {
  const { kubernetes, identity } = options;
  const lease = await readLease(options).catch(() => null);
  if (lease === null || holderOf(lease) !== identity) return;
  await kubernetes.replace(releasedLease(lease)).catch(() => null);
}

const readLease = ({ kubernetes, name }: LeadershipOptions): Promise<KubernetesObject | null> =>
  kubernetes.read({ ...kinds.lease, name });

/** The Lease as it is now ours; null where another operator was faster. */
async function takeLease(
  options: LeadershipOptions,
  existing: KubernetesObject | null,
): Promise<KubernetesObject | null> {
  const { kubernetes, name, identity, time } = options;
  const lease = heldLease({ name, namespace: kubernetes.namespace, identity, at: time() }, existing);
  return await (existing === null ? kubernetes.create(lease) : kubernetes.replace(lease));
}
