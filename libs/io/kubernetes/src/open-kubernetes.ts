/** The port Cluster over a real API server. */
import type { KindRef, KubernetesApi, KubernetesObject, ObjectRef } from '@proofmill/contract';
import { collectionPath, labelSelector, query } from './address.ts';
import { askReady } from './api.ts';
import { changesOf } from './changes.ts';
import { readCredentials } from './credentials.ts';
import { denied, isConflict, isDenied, isMissing, refusal } from './errors.ts';
import type { ApiAnswer, ApiRequest } from './http.ts';

export interface KubernetesOptions {
  /** Default: the one of the kubeconfig, or of the pod; else `default`. */
  readonly namespace?: string;
  /** Whose fields those are that `apply` sets. */
  readonly manager: string;
  /** A right that is not there is unavailable, not refused: whoever installs may be about to give it. Default: false. */
  readonly rightsMayCome?: boolean;
}

/** Objects asked for at once. */
const pageSize = 500;

/** ConfigurationError where no cluster is configured. It is not spoken to before the first call. */
export async function openKubernetes({
  namespace: wanted,
  manager,
  rightsMayCome = false,
}: KubernetesOptions): Promise<KubernetesApi> {
  const credentials = await readCredentials();
  const namespace = wanted ?? credentials.namespace ?? 'default';
  const allowed = new Set<string>();
  const ask = async (request: ApiRequest): Promise<ApiAnswer> => {
    const answer = await askReady(credentials, request);
    const what = whatIsDone(request);
    if (isDenied(answer)) {
      const wasAllowed = answer.status === 401 ? allowed.size > 0 : allowed.has(what);
      if (wasAllowed || rightsMayCome) throw denied(answer, what, wasAllowed);
    } else allowed.add(what);
    return answer;
  };
  const pathOf = (kind: KindRef): string => collectionPath(kind, namespace);
  const objectPath = (ref: ObjectRef): string => `${pathOf(ref)}/${ref.name}`;
  const named = ({ kind, name }: ObjectRef): string => `${kind} ${namespace}/${name}`;
  const refOf = ({ apiVersion, kind, metadata }: KubernetesObject): ObjectRef => ({
    apiVersion,
    kind,
    name: metadata.name,
  });
  const changed = { fieldManager: manager };

  const patched = async (ref: ObjectRef, path: string, change: object): Promise<KubernetesObject | null> => {
    const answer = await ask({
      method: 'PATCH',
      path: `${path}${query(changed)}`,
      body: change,
      contentType: 'application/merge-patch+json',
    });
    return isMissing(answer, ref.name) ? null : object(answer, `changing ${named(ref)}`);
  };

  return {
    namespace,
    async apply(wantedObject) {
      const ref = refOf(wantedObject);
      const answer = await ask({
        method: 'PATCH',
        path: `${objectPath(ref)}${query({ ...changed, force: true, fieldValidation: 'Strict' })}`,
        body: wantedObject,
        // Any JSON is YAML.
        contentType: 'application/apply-patch+yaml',
      });
      return object(answer, `making ${named(ref)}`);
    },
    async create(newObject) {
      const ref = refOf(newObject);
      const path = `${pathOf(ref)}${query({ ...changed, fieldValidation: 'Strict' })}`;
      const answer = await ask({ method: 'POST', path, body: newObject });
      return isConflict(answer) ? null : object(answer, `making ${named(ref)}`);
    },
    async replace(newObject) {
      const ref = refOf(newObject);
      const answer = await ask({ method: 'PUT', path: `${objectPath(ref)}${query(changed)}`, body: newObject });
      return isConflict(answer) || isMissing(answer, ref.name) ? null : object(answer, `replacing ${named(ref)}`);
    },
    async read(ref) {
      const answer = await ask({ method: 'GET', path: objectPath(ref) });
      return isMissing(answer, ref.name) ? null : object(answer, `reading ${named(ref)}`);
    },
    async list(kind, labels) {
      const items: KubernetesObject[] = [];
      for (let next: string | null = ''; next !== null; ) {
        const fields = { limit: pageSize, labelSelector: labelSelector(labels), continue: next || undefined };
        const answer = await ask({ method: 'GET', path: `${pathOf(kind)}${query(fields)}` });
        if (answer.status === 410 && next !== '') {
          // What was listed so far is too old to be gone on with.
          items.length = 0;
          next = '';
          continue;
        }
        if (answer.status !== 200) throw refusal(answer, `listing ${kind.kind}s in ${namespace}`);
        const page = answer.body as { items: object[] | null; metadata?: { continue?: string } };
        // In a list the objects do not say what they are.
        for (const item of page.items ?? []) items.push({ ...item, ...kindOf(kind) } as KubernetesObject);
        next = page.metadata?.continue || null;
      }
      return items;
    },
    patch: (ref, change) => patched(ref, objectPath(ref), change),
    patchStatus: (ref, status) => patched(ref, `${objectPath(ref)}/status`, { status }),
    async remove(ref, how) {
      const propagationPolicy = how === 'foreground' ? 'Foreground' : 'Background';
      const answer = await ask({ method: 'DELETE', path: objectPath(ref), body: { propagationPolicy } });
      if (!isMissing(answer, ref.name)) object(answer, `removing ${named(ref)}`);
    },
    changes: (kinds, labels, signal) => changesOf(credentials, namespace, kinds, labels, rightsMayCome, signal),
  };
}

/** The verb and the kind: rights are given by those. */
const whatIsDone = ({ method, path }: ApiRequest): string =>
  `${method} ${path.replace(/[?].*/, '').replace(/^(.*\/namespaces\/[^/]+\/[^/]+).*$/, '$1')}`;

const kindOf = ({ apiVersion, kind }: KindRef): KindRef => ({ apiVersion, kind });

function object(answer: ApiAnswer, doing: string): KubernetesObject {
  if (answer.status >= 200 && answer.status < 300) return answer.body as KubernetesObject;
  throw refusal(answer, doing);
}
