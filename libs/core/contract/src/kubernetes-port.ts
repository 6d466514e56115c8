/** The port to a Kubernetes API server, in one namespace. */

/** An object of the API, with the metadata that Proofmill reads. */
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
 * Calls reject with UnavailableError when the API server is away, with RetryableError when it is busy, and with
 * ConfigurationError, which quotes the server, when it refuses: the right is missing (401, 403), or the object is invalid (400,
 * 422). A right that was granted before and is missing now gives UnavailableError, as others grant and revoke rights while we run.
 */
export interface KubernetesApi {
  readonly namespace: string;
  /** Creates the object, or changes it to these fields, by server-side apply; fields of other owners stay. */
  apply(object: KubernetesObject): Promise<KubernetesObject>;
  /** Null when an object of that name exists. */
  create(object: KubernetesObject): Promise<KubernetesObject | null>;
  /** Replaces the version that `metadata.resourceVersion` names; null when a newer version exists, or no object. */
  replace(object: KubernetesObject): Promise<KubernetesObject | null>;
  /** Null when it does not exist. */
  read(ref: ObjectRef): Promise<KubernetesObject | null>;
  list(kind: KindRef, labels?: Readonly<Record<string, string>>): Promise<KubernetesObject[]>;
  /** Applies a merge patch (RFC 7386) to the object; null when it does not exist. */
  patch(ref: ObjectRef, change: object): Promise<KubernetesObject | null>;
  /** Applies a merge patch to its status; null when it does not exist. */
  patchStatus(ref: ObjectRef, status: object): Promise<KubernetesObject | null>;
  /**
   * With `foreground`, the object stays until everything that it owns is gone. Does nothing when it does not exist. `of` is the version
   * to remove; rejects with RetryableError when a newer one exists.
   */
  remove(ref: ObjectRef, how: 'background' | 'foreground', of?: KubernetesObject): Promise<void>;
  /** The namespace is being deleted: nothing can be created in it any more. False where that may not be read. */
  isNamespaceGoing(): Promise<boolean>;
  /**
   * Yields at the start and whenever objects of these kinds may have changed, until the signal fires. Changes in quick succession
   * may be one. A broken connection is opened again, and yields once, as a change may have been missed.
   */
  changes(
    kinds: readonly KindRef[],
    labels: Readonly<Record<string, string>> | undefined,
    signal: AbortSignal,
  ): AsyncIterable<void>;
}
