/** The port KubernetesApi over a real API server. */
import type { KindRef, KubernetesApi, KubernetesObject, ObjectRef } from '@proofmill/contract';
import { collectionPath, labelSelector, query } from './address.ts';
import type { ApiAnswer } from './api-messages.ts';
import { changesOf } from './changes.ts';
import { readCredentials } from './credentials.ts';
import { isConflict, isDenied, isMissing, refusal } from './errors.ts';
import { type Ask, askWithRights } from './rights.ts';

export interface KubernetesOptions {
  /** Default: that of the kubeconfig, or of the pod; else `default`. */
  readonly namespace?: string;
  /** The owner of the fields that `apply` sets. */
  readonly manager: string;
  /** A missing right counts as unavailable, not as refused: whoever installs may be about to grant it. Default: false. */
  readonly rightsMayCome?: boolean;
}

/** Objects in one answer. */
const pageSize = 500;

/** ConfigurationError where no cluster is configured. The API server is not contacted before the first call. */
export async function openKubernetes(options: KubernetesOptions): Promise<KubernetesApi> {
  const { manager, rightsMayCome = false } = options;
  const credentials = await readCredentials();
  const namespace = options.namespace ?? credentials.namespace ?? 'default';
  const ask = askWithRights(credentials, rightsMayCome);
  const pathOf = (kind: KindRef): string => collectionPath(kind, namespace);
  const objectPath = (ref: ObjectRef): string => `${pathOf(ref)}/${ref.name}`;
  const named = ({ kind, name }: ObjectRef): string => `${kind} ${namespace}/${name}`;
  const byUs = { fieldManager: manager };

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
    list: (kind, labels) => listAll(ask, kind, namespace, labels),
    patch: (ref, change) => patched(ref, objectPath(ref), change),
    patchStatus: (ref, status) => patched(ref, `${objectPath(ref)}/status`, { status }),
    async remove(ref, how, of) {
      const propagationPolicy = how === 'foreground' ? 'Foreground' : 'Background';
      const { uid, resourceVersion } = of?.metadata ?? {};
      const body = { propagationPolicy, ...(of ? { preconditions: { uid, resourceVersion } } : {}) };
      const answer = await ask({ method: 'DELETE', path: objectPath(ref), body });
      if (!isMissing(answer, ref.name)) objectIn(answer, `removing ${named(ref)}`);
    },
    async isNamespaceGoing() {
      const answer = await ask({ method: 'GET', path: `/api/v1/namespaces/${namespace}` });
      if (isDenied(answer)) return false;
      return objectIn(answer, `reading the namespace ${namespace}`).metadata.deletionTimestamp !== undefined;
    },
    changes: (kinds, labels, signal) => changesOf({ credentials, namespace, labels, rightsMayCome }, kinds, signal),
  };
}

/** All objects of a kind, page by page. */
async function listAll(
  ask: Ask,
  { apiVersion, kind }: KindRef,
  namespace: string,
  labels?: Readonly<Record<string, string>>,
): Promise<KubernetesObject[]> {
  const path = collectionPath({ apiVersion, kind }, namespace);
  const items: KubernetesObject[] = [];
  for (let next: string | null = ''; next !== null; ) {
    const fields = { limit: pageSize, labelSelector: labelSelector(labels), continue: next || undefined };
    const answer = await ask({ method: 'GET', path: `${path}${query(fields)}` });
    if (answer.status === 410 && next !== '') {
      // The list took so long that its version has expired: it starts again.
      items.length = 0;
      next = '';
      continue;
    }
    if (answer.status !== 200) throw refusal(answer, `listing ${kind}s in ${namespace}`);
    const page = answer.body as { items: object[] | null; metadata?: { continue?: string } };
    // The objects of a list do not name their kind.
    for (const item of page.items ?? []) items.push({ ...item, apiVersion, kind } as KubernetesObject);
    next = page.metadata?.continue || null;
  }
  return items;
}

const refOf = ({ apiVersion, kind, metadata }: KubernetesObject): ObjectRef => ({
  apiVersion,
  kind,
  name: metadata.name,
});

function objectIn(answer: ApiAnswer, doing: string): KubernetesObject {
  if (answer.status >= 200 && answer.status < 300) return answer.body as KubernetesObject;
  throw refusal(answer, doing);
}
