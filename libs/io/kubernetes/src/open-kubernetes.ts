/** The port KubernetesApi over a real API server. */
import type { KindRef, KubernetesApi, KubernetesObject, ObjectRef } from '@proofmill/contract';
import { collectionPath, query, selectionOf } from './address.ts';
import type { ApiAnswer } from './api-messages.ts';
import { type Credentials, readCredentials } from './credentials.ts';
import { isConflict, isDenied, isMissing, refusal } from './errors.ts';
import { listAll } from './list-all.ts';
import { logOf } from './log-of.ts';
import { type OwnObservation, observe } from './observe.ts';
import { type Ask, askWithRights } from './rights.ts';

export interface KubernetesOptions {
  /** Default: that of the kubeconfig, or of the pod; else `default`. */
  readonly namespace?: string;
  /** The owner of the fields that `apply` sets. */
  readonly manager: string;
  /** A missing right counts as unavailable, not as refused: whoever installs may be about to grant it. Default: false. */
  readonly rightsMayCome?: boolean;
}

/** ConfigurationError where no cluster is configured. The API server is not contacted before the first call. */
export async function openKubernetes(options: KubernetesOptions): Promise<KubernetesApi> {
  const { manager, rightsMayCome = false } = options;
  const credentials = await readCredentials();
  const connection = {
    credentials,
    manager,
    ask: askWithRights(credentials, rightsMayCome),
    observations: new Set<OwnObservation>(),
  };
  return inNamespace(connection, options.namespace ?? credentials.namespace ?? 'default');
}

interface Connection {
  readonly credentials: Credentials;
  readonly manager: string;
  readonly ask: Ask;
  /** The observations that have not ended: they take the answers to our calls. */
  readonly observations: Set<OwnObservation>;
}

function inNamespace(connection: Connection, namespace: string): KubernetesApi {
  const { ask, observations } = connection;
  const pathOf = (kind: KindRef): string => collectionPath(kind, namespace);
  const objectPath = (ref: ObjectRef): string => `${pathOf(ref)}/${ref.name}`;
  const named = ({ kind, name }: ObjectRef): string => `${kind} ${namespace}/${name}`;
  const objectIn = (answer: ApiAnswer, doing: string): KubernetesObject => {
    const object = bodyOf(answer, doing);
    for (const observation of observations) observation.answered(object);
    return object;
  };
  const byUs = { fieldManager: connection.manager };

  const patched = async (ref: ObjectRef, path: string, change: object): Promise<KubernetesObject | null> => {
    const answer = await ask({
      method: 'PATCH',
      path: `${path}${query(byUs)}`,
      body: change,
      contentType: 'application/merge-patch+json',
    });
    return isMissing(answer, ref.name) ? null : objectIn(answer, `changing ${named(ref)}`);
  };

  return {
    namespace,
    async apply(object) {
      const ref = refOf(object);
      const answer = await ask({
        method: 'PATCH',
        path: `${objectPath(ref)}${query({ ...byUs, force: true, fieldValidation: 'Strict' })}`,
        body: object,
        // JSON is YAML.
        contentType: 'application/apply-patch+yaml',
      });
      return objectIn(answer, `applying ${named(ref)}`);
    },
    async create(object) {
      const ref = refOf(object);
      const path = `${pathOf(ref)}${query({ ...byUs, fieldValidation: 'Strict' })}`;
      const answer = await ask({ method: 'POST', path, body: object });
      return isConflict(answer) ? null : objectIn(answer, `creating ${named(ref)}`);
    },
    async replace(object) {
      const ref = refOf(object);
      const answer = await ask({ method: 'PUT', path: `${objectPath(ref)}${query(byUs)}`, body: object });
      return isConflict(answer) || isMissing(answer, ref.name) ? null : objectIn(answer, `replacing ${named(ref)}`);
    },
    async read(ref) {
      const answer = await ask({ method: 'GET', path: objectPath(ref) });
      return isMissing(answer, ref.name) ? null : objectIn(answer, `reading ${named(ref)}`);
    },
    async list(kind, labels, fields) {
      return (await listAll(ask, { kind, namespace, selection: selectionOf(labels, fields) })).items;
    },
    logOf: (pod, container, longestBytes) => logOf(ask, { namespace, pod, container, longestBytes }),
    patch: (ref, change) => patched(ref, objectPath(ref), change),
    patchStatus: (ref, status) => patched(ref, `${objectPath(ref)}/status`, { status }),
    async remove(ref, how, of) {
      const propagationPolicy = how === 'foreground' ? 'Foreground' : 'Background';
      const { uid, resourceVersion } = of?.metadata ?? {};
      const body = { propagationPolicy, ...(of ? { preconditions: { uid, resourceVersion } } : {}) };
      const answer = await ask({ method: 'DELETE', path: objectPath(ref), body });
      if (!isMissing(answer, ref.name)) objectIn(answer, `removing ${named(ref)}`);
    },
    isNamespaceGoing: () => isNamespaceGoing(ask, namespace),
    observe(what, observer) {
      const observation = observe({ ...connection, namespace }, what, observer);
      observations.add(observation);
      observer.signal.addEventListener('abort', () => observations.delete(observation), { once: true });
      return observation;
    },
    within: (other) => inNamespace(connection, other),
  };
}

async function isNamespaceGoing(ask: Ask, namespace: string): Promise<boolean> {
  const answer = await ask({ method: 'GET', path: `/api/v1/namespaces/${namespace}` });
  if (isDenied(answer)) return false;
  return bodyOf(answer, `reading the namespace ${namespace}`).metadata.deletionTimestamp !== undefined;
}

const refOf = ({ apiVersion, kind, metadata }: KubernetesObject): ObjectRef => ({
  apiVersion,
  kind,
  name: metadata.name,
});

function bodyOf(answer: ApiAnswer, doing: string): KubernetesObject {
  if (answer.status >= 200 && answer.status < 300) return answer.body as KubernetesObject;
  throw refusal(answer, doing);
}
