/** The port KubernetesApi in memory, with what the loops need of an API server: apply, merge patches, owners, watches. Runs no pods. */
import type { KindRef, KubernetesApi, KubernetesObject, ObjectRef } from '@proofmill/contract';
import { RetryableError, UnavailableError } from '@proofmill/contract';

type Json = Record<string, unknown>;

export interface MemoryKubernetes extends KubernetesApi {
  /** The objects of a kind, by name. */
  all(kind: string): Record<string, KubernetesObject>;
  /** Creates or changes an object, as the controllers of a cluster do. */
  put(object: KubernetesObject): void;
  /** Calls that changed something, as `apply Job one-driver`. */
  readonly calls: string[];
  /** While true, all calls reject with UnavailableError. */
  isAway: boolean;
  /** The namespace is being deleted. */
  isGoing: boolean;
}

export function kubernetesInMemory(): MemoryKubernetes {
  const objects = new Map<string, KubernetesObject>();
  const watchers = new Set<() => void>();
  const calls: string[] = [];
  let version = 0;
  const key = ({ kind, name }: { kind: string; name: string }): string => `${kind} ${name}`;
  const keyOf = ({ kind, metadata }: KubernetesObject): string => key({ kind, name: metadata.name });

  const store = (object: KubernetesObject): KubernetesObject => {
    version += 1;
    const old = objects.get(keyOf(object));
    const uid = old?.metadata.uid ?? object.metadata.uid ?? `uid-${version}`;
    const stored = { ...object, metadata: { ...object.metadata, uid, resourceVersion: String(version) } };
    objects.set(keyOf(object), stored);
    for (const changed of watchers) changed();
    return stored;
  };
  const call = (what: string | null): void => {
    if (kubernetes.isAway) throw new UnavailableError('kubernetes', 'the API server is away');
    if (what !== null) calls.push(what);
  };
  /** Removes an object together with everything that it owns. */
  const drop = (object: KubernetesObject): void => {
    objects.delete(keyOf(object));
    for (const other of [...objects.values()]) {
      if (other.metadata.ownerReferences?.some(({ uid }) => uid === object.metadata.uid)) drop(other);
    }
    for (const changed of watchers) changed();
  };

  const kubernetes: MemoryKubernetes = {
    namespace: 'here',
    calls,
    isAway: false,
    isGoing: false,
    all: (kind) =>
      Object.fromEntries(
        [...objects.values()].filter((object) => object.kind === kind).map((object) => [object.metadata.name, object]),
      ),
    put: (object) => void store(object),
    async apply(object) {
      call(`apply ${keyOf(object)}`);
      const old = objects.get(keyOf(object));
      return store((old ? merged(old, object) : object) as KubernetesObject);
    },
    async create(object) {
      call(`create ${keyOf(object)}`);
      return objects.has(keyOf(object)) ? null : store(object);
    },
    async replace(object) {
      call(`replace ${keyOf(object)}`);
      const old = objects.get(keyOf(object));
      return old && old.metadata.resourceVersion === object.metadata.resourceVersion ? store(object) : null;
    },
    async read(ref) {
      call(null);
      return objects.get(key(ref)) ?? null;
    },
    async list({ kind }, labels = {}) {
      call(null);
      return [...objects.values()].filter(
        (object) =>
          object.kind === kind &&
          Object.entries(labels).every(([name, value]) => object.metadata.labels?.[name] === value),
      );
    },
    async patch(ref, change) {
      call(`patch ${key(ref)}`);
      const old = objects.get(key(ref));
      return old ? store(merged(old, change) as KubernetesObject) : null;
    },
    patchStatus: (ref: ObjectRef, status: object) => kubernetes.patch(ref, { status }),
    async remove(ref, _how, of) {
      call(`remove ${key(ref)}`);
      const old = objects.get(key(ref));
      if (of && old && of.metadata.resourceVersion !== old.metadata.resourceVersion) {
        throw new RetryableError('kubernetes', 'there is a newer version', { afterMs: 0 });
      }
      if (old) drop(old);
    },
    async isNamespaceGoing() {
      call(null);
      return kubernetes.isGoing;
    },
    async *changes(_kinds: readonly KindRef[], _labels, signal) {
      let wake = (): void => undefined;
      let isDue = true;
      const changed = (): void => {
        isDue = true;
        wake();
      };
      watchers.add(changed);
      signal.addEventListener('abort', changed, { once: true });
      try {
        while (!signal.aborted) {
          if (!isDue) {
            await new Promise<void>((resolve) => {
              wake = resolve;
            });
          }
          if (signal.aborted) return;
          isDue = false;
          yield;
        }
      } finally {
        watchers.delete(changed);
      }
    },
  };
  return kubernetes;
}

/** RFC 7386. */
function merged(target: unknown, change: unknown): unknown {
  if (change === null || typeof change !== 'object' || Array.isArray(change)) return change;
  const result: Json = { ...(isObject(target) ? target : {}) };
  for (const [name, value] of Object.entries(change)) {
    if (value === null) delete result[name];
    else result[name] = merged(result[name], value);
  }
  return result;
}

const isObject = (value: unknown): value is Json =>
  value !== null && typeof value === 'object' && !Array.isArray(value);
