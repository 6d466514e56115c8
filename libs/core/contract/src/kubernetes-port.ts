/** The port to a Kubernetes API server, in one namespace. */

/** An object as the API has it; what else is in it is nobody's business here. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly resourceVersion?: string;
    readonly generation?: number;
    readonly creationTimestamp?: string;
    readonly deletionTimestamp?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly finalizers?: readonly string[];
    readonly ownerReferences?: readonly OwnerReference[];
  };
  readonly [field: string]: unknown;
}

export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
  readonly blockOwnerDeletion?: boolean;
}

export interface KindRef {
  readonly apiVersion: string;
  readonly kind: string;
}

export interface ObjectRef extends KindRef {
  readonly name: string;
}

/**
 * Calls reject with UnavailableError when the API server is away, RetryableError when it is busy, and ConfigurationError, with
 * the server's own sentence, when it refuses: no right to it (401, 403), or not valid (400, 422). What was allowed before and is not
 * now is UnavailableError: rights are given and taken by others, while we run.
 */
export interface KubernetesApi {
  readonly namespace: string;
  /** Makes the object what this says, by server-side apply; fields of others stay. */
  apply(object: KubernetesObject): Promise<KubernetesObject>;
  /** Null when there is one of that name. */
  create(object: KubernetesObject): Promise<KubernetesObject | null>;
  /** Replaces the version that `metadata.resourceVersion` names; null when there is a newer one, or none. */
  replace(object: KubernetesObject): Promise<KubernetesObject | null>;
  read(ref: ObjectRef): Promise<KubernetesObject | null>;
  list(kind: KindRef, labels?: Readonly<Record<string, string>>): Promise<KubernetesObject[]>;
  /** A merge patch (RFC 7386) of the object; null when there is none. */
  patch(ref: ObjectRef, change: object): Promise<KubernetesObject | null>;
  /** A merge patch of its status; null when there is none. */
  patchStatus(ref: ObjectRef, status: object): Promise<KubernetesObject | null>;
  /** `foreground`: the object stays until what it owns is gone. Nothing happens when there is none. */
  remove(ref: ObjectRef, how: 'background' | 'foreground'): Promise<void>;
  /**
   * Gives a turn at the start and whenever objects of these kinds may have changed, until the signal fires. Changes that come
   * together are one turn. A connection that breaks is made again; a turn follows, as something may have been missed.
   */
  changes(
    kinds: readonly KindRef[],
    labels: Readonly<Record<string, string>> | undefined,
    signal: AbortSignal,
  ): AsyncIterable<void>;
}
