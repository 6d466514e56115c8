/**
 * Objects of a kind in memory: a list, kept up to date by the events of a watch and by the answers to our own calls.
 *
 * An answer may come before the event of the same change or after it. Events come in the order of versions, so an answer of a version
 * that the watch has passed says nothing new, and the object may be gone since. One that the watch has not reached yet counts, and
 * events of earlier versions no longer do. So a reader sees what it has written, and a removed object does not come back.
 */
import type { KubernetesObject } from '@proofmill/contract';

export class ObjectCache {
  readonly #objects = new Map<string, KubernetesObject>();
  readonly #onChange: (object: KubernetesObject) => void;
  #version = '';

  constructor(onChange: (object: KubernetesObject) => void) {
    this.#onChange = onChange;
  }

  /** The version up to which every change is known; empty before the first list. */
  get version(): string {
    return this.#version;
  }

  get(namespace: string, name: string): KubernetesObject | null {
    return this.#objects.get(key(namespace, name)) ?? null;
  }

  all(): KubernetesObject[] {
    return [...this.#objects.values()];
  }

  /** Takes a whole list of this version: what it lacks is gone. */
  replace(items: readonly KubernetesObject[], version: string): void {
    const before = new Map(this.#objects);
    this.#objects.clear();
    for (const item of items) this.#objects.set(keyOf(item), item);
    for (const [name, object] of before) {
      const listed = this.#objects.get(name);
      // Our own call has changed it since.
      if (isLater(versionOf(object), version)) this.#objects.set(name, object);
      else if (listed === undefined) this.#onChange(object);
    }
    this.#version = version;
    for (const item of items) {
      if (versionOf(item) !== versionOf(before.get(keyOf(item)))) this.#onChange(item);
    }
  }

  /** Takes an event of the watch. */
  event(type: string, object: KubernetesObject): void {
    this.#version = versionOf(object);
    if (type === 'BOOKMARK') return;
    const name = keyOf(object);
    const known = this.#objects.get(name);
    if (type === 'DELETED') this.#objects.delete(name);
    else if (known === undefined || !isLater(versionOf(known), versionOf(object))) this.#objects.set(name, object);
    this.#onChange(object);
  }

  /** Takes the answer to a call of ours. */
  answer(object: KubernetesObject): void {
    if (this.#version !== '' && isLater(versionOf(object), this.#version)) this.#objects.set(keyOf(object), object);
  }
}

const key = (namespace: string, name: string): string => `${namespace}/${name}`;

const keyOf = ({ metadata }: KubernetesObject): string => key(metadata.namespace ?? '', metadata.name);

const versionOf = (object: KubernetesObject | undefined): string => object?.metadata.resourceVersion ?? '';

/**
 * Versions of a kind are decimal numbers that grow, of any length (KEP-5504, "Comparable Resource Version", Kubernetes 1.35; etcd's
 * revisions have been it before). Where a server has others, none is later than another, and only the watch counts.
 */
export function isLater(version: string, than: string): boolean {
  if (!/^\d+$/.test(version) || !/^\d+$/.test(than)) return false;
  return BigInt(version) > BigInt(than);
}
