/**
 * The port KubernetesApi in memory, with what the loops need of an API server: apply, merge patches, owners, observations. Runs no
 * pods. Objects without a namespace are in `here`.
 */
import type { KubernetesApi, KubernetesObject, Observed, Observer } from '@proofmill/contract';
import { RetryableError, UnavailableError } from '@proofmill/contract';

type Json = Record<string, unknown>;

export interface MemoryKubernetes extends KubernetesApi {
  /** The objects of a kind in a namespace, by name. */
  all(kind: string, namespace?: string): Record<string, KubernetesObject>;
  /** Creates or changes an object, as the controllers of a cluster do. */
  put(object: KubernetesObject): void;
  /** Calls that changed something, as `apply Job one-driver`. */
  readonly calls: string[];
  /** All calls, reading ones and observations too. */
  readonly requests: string[];
  /** While true, all calls reject with UnavailableError, and observations that begin have to wait. */
  isAway: boolean;
  /** The namespaces are being deleted. */
  isGoing: boolean;
}

interface Memory {
  readonly objects: Map<string, KubernetesObject>;
  readonly observers: Set<{ readonly what: Observed; readonly namespace: string; readonly observer: Observer }>;
  readonly calls: string[];
  readonly requests: string[];
  version: number;
  isAway: boolean;
  isGoing: boolean;
  /** Resolves when the API server is back. */
  back: PromiseWithResolvers<void>;
}

export function kubernetesInMemory(): MemoryKubernetes {
  const memory: Memory = {
    objects: new Map(),
    observers: new Set(),
    calls: [],
    requests: [],
    version: 0,
    isAway: false,
    isGoing: false,
    back: Promise.withResolvers(),
  };
  return {
    ...apiIn(memory, 'here'),
    calls: memory.calls,
    requests: memory.requests,
    get isAway() {
      return memory.isAway;
    },
    set isAway(isAway) {
      memory.isAway = isAway;
      if (isAway) return;
      memory.back.resolve();
      memory.back = Promise.withResolvers();
    },
    get isGoing() {
      return memory.isGoing;
    },
    set isGoing(isGoing) {
      memory.isGoing = isGoing;
    },
    all: (kind, namespace = 'here') =>
      Object.fromEntries(
        [...memory.objects.values()]
          .filter((object) => object.kind === kind && object.metadata.namespace === namespace)
          .map((object) => [object.metadata.name, object]),
      ),
    put: (object) => void store(memory, object, object.metadata.namespace ?? 'here'),
  };
}

const keyOf = (namespace: string, kind: string, name: string): string => `${namespace} ${kind} ${name}`;
const keyIn = ({ kind, metadata }: KubernetesObject): string => keyOf(metadata.namespace ?? '', kind, metadata.name);

function store(memory: Memory, object: KubernetesObject, namespace: string): KubernetesObject {
  memory.version += 1;
  const old = memory.objects.get(keyOf(namespace, object.kind, object.metadata.name));
  const uid = old?.metadata.uid ?? object.metadata.uid ?? `uid-${memory.version}`;
  const resourceVersion = String(memory.version);
  const stored = { ...object, metadata: { ...object.metadata, namespace, uid, resourceVersion } };
  memory.objects.set(keyIn(stored), stored);
  tell(memory, stored);
  return stored;
}

/** Removes an object together with everything that it owns. */
function drop(memory: Memory, object: KubernetesObject): void {
  memory.objects.delete(keyIn(object));
  for (const other of [...memory.objects.values()]) {
    if (other.metadata.ownerReferences?.some(({ uid }) => uid === object.metadata.uid)) drop(memory, other);
  }
  tell(memory, object);
}

function tell({ observers }: Memory, object: KubernetesObject): void {
  for (const { what, namespace, observer } of observers) {
    if (isObserved(object, what, namespace)) observer.onChange(object);
  }
}

const isObserved = (
  object: KubernetesObject,
  { kind, labels, name, everywhere }: Observed,
  namespace: string,
): boolean =>
  object.kind === kind &&
  (everywhere === true || object.metadata.namespace === namespace) &&
  (name === undefined || object.metadata.name === name) &&
  hasLabels(object, labels);

const hasLabels = ({ metadata }: KubernetesObject, labels: Readonly<Record<string, string>> = {}): boolean =>
  Object.entries(labels).every(([name, value]) => metadata.labels?.[name] === value);

const hasFields = (object: KubernetesObject, fields: Readonly<Record<string, string>> = {}): boolean =>
  Object.entries(fields).every(([path, wanted]) => {
    const value = path.split('.').reduce<unknown>((part, name) => (part as Json | undefined)?.[name], object);
    return value === wanted;
  });

function apiIn(memory: Memory, namespace: string): KubernetesApi {
  const { objects } = memory;
  const at = (kind: string, name: string): KubernetesObject | undefined => objects.get(keyOf(namespace, kind, name));
  /** Names of objects elsewhere have their namespace with them. */
  const called = (doing: 'reading' | 'changing', what: string): void => {
    if (memory.isAway) throw new UnavailableError('kubernetes', 'the API server is away');
    const call = namespace === 'here' ? what : `${what} in ${namespace}`;
    memory.requests.push(call);
    if (doing === 'changing') memory.calls.push(call);
  };
  const api: KubernetesApi = {
    namespace,
    async apply(object) {
      const { kind, metadata } = object;
      called('changing', `apply ${kind} ${metadata.name}`);
      const old = at(kind, metadata.name);
      return store(memory, (old ? merged(old, object) : object) as KubernetesObject, namespace);
    },
    async create(object) {
      const { kind, metadata } = object;
      called('changing', `create ${kind} ${metadata.name}`);
      return at(kind, metadata.name) ? null : store(memory, object, namespace);
    },
    async replace(object) {
      const { kind, metadata } = object;
      called('changing', `replace ${kind} ${metadata.name}`);
      const isNewest = at(kind, metadata.name)?.metadata.resourceVersion === metadata.resourceVersion;
      return isNewest ? store(memory, object, namespace) : null;
    },
    async read({ kind, name }) {
      called('reading', `read ${kind} ${name}`);
      return at(kind, name) ?? null;
    },
    async list({ kind }, labels, fields) {
      called('reading', ['list', kind, ...Object.values(labels ?? {})].join(' '));
      return [...objects.values()].filter(
        (object) =>
          isObserved(object, { apiVersion: '', kind, ...(labels ? { labels } : {}) }, namespace) &&
          hasFields(object, fields),
      );
    },
    async logOf(pod, container) {
      called('reading', `log ${pod}`);
      return (at('Pod', pod)?.logs as Record<string, string> | undefined)?.[container] ?? null;
    },
    async patch({ kind, name }, change) {
      called('changing', `patch ${kind} ${name}`);
      const old = at(kind, name);
      return old ? store(memory, merged(old, change) as KubernetesObject, namespace) : null;
    },
    patchStatus: (ref, status) => api.patch(ref, { status }),
    async remove({ kind, name }, _how, of) {
      called('changing', `remove ${kind} ${name}`);
      const old = at(kind, name);
      if (of && old && of.metadata.resourceVersion !== old.metadata.resourceVersion) {
        throw new RetryableError('kubernetes', 'there is a newer version', { afterMs: 0 });
      }
      if (old) drop(memory, old);
    },
    async isNamespaceGoing() {
      called('reading', 'read Namespace');
      return memory.isGoing;
    },
    observe(what, observer) {
      const entry = { what, namespace, observer };
      const ended = new Promise<void>((resolve) =>
        observer.signal.addEventListener('abort', () => resolve(), { once: true }),
      );
      const complete = (async () => {
        await Promise.resolve();
        while (memory.isAway && !observer.signal.aborted) {
          observer.onTrouble?.(new UnavailableError('kubernetes', 'the API server is away'));
          await Promise.race([memory.back.promise, ended]);
        }
        if (observer.signal.aborted) return;
        memory.requests.push(`observe ${what.kind}`);
        memory.observers.add(entry);
        observer.signal.addEventListener('abort', () => memory.observers.delete(entry), { once: true });
        for (const object of [...objects.values()]) {
          if (isObserved(object, what, namespace)) observer.onChange(object);
        }
      })();
      const seen = (from: string): KubernetesObject[] =>
        [...objects.values()].filter(
          (object) => isObserved(object, what, namespace) && object.metadata.namespace === from,
        );
      return {
        ...what,
        complete,
        list: (from, labels) => seen(from).filter((object) => hasLabels(object, labels)),
        read: (from, name) => seen(from).find(({ metadata }) => metadata.name === name) ?? null,
      };
    },
    within: (other) => apiIn(memory, other),
  };
  return api;
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
