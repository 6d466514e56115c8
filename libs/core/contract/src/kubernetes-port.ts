/** The port to a Kubernetes API server: calls in one namespace, and what exists, kept in memory. */

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

/** Fields of objects, by their path: `involvedObject.uid`. Which ones can be selected by is the API server's choice. */
export type FieldSelector = Readonly<Record<string, string>>;

/** What is kept in memory: the objects of a kind, with all of these labels and of this name. */
export interface Observed extends KindRef {
  readonly labels?: Readonly<Record<string, string>>;
  readonly name?: string;
  /** Of every namespace. Default: that of the port. */
  readonly everywhere?: boolean;
}

export interface Observer {
  /** Called for each object that exists at the start, and for each one that was created, changed or removed since. */
  onChange(object: KubernetesObject): void;
  /** Called when the API server cannot be followed for now: what is in memory may be out of date until it can. */
  onTrouble?(error: Error): void;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/**
 * Objects as the API server had them a moment ago, and as our own calls have left them since. Reading from it costs no call.
 * `metadata.managedFields`, which nobody reads and which is half of many an object, is left out.
 */
export interface Observation extends Observed {
  /** Resolves when everything that exists is known, or the signal has fired. ConfigurationError where following is refused. */
  readonly complete: Promise<void>;
  /** The objects of a namespace that have these labels, too. */
  list(namespace: string, labels?: Readonly<Record<string, string>>): KubernetesObject[];
  read(namespace: string, name: string): KubernetesObject | null;
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
  list(kind: KindRef, labels?: Readonly<Record<string, string>>, fields?: FieldSelector): Promise<KubernetesObject[]>;
  /** The beginning of what a container of a pod has printed; null when it is not there, or has not begun. */
  logOf(pod: string, container: string, longestBytes: number): Promise<string | null>;
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
  /** Lists the objects once, and follows their changes from there until the signal fires, whatever becomes of the connection. */
  observe(what: Observed, observer: Observer): Observation;
  /** The same API server, with calls in another namespace. */
  within(namespace: string): KubernetesApi;
}
