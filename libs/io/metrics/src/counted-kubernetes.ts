import { ConfigurationError, type KubernetesApi } from '@proofmill/contract';
import type { RoleMetrics } from './role-metrics.ts';

/** The same API, each request counted by verb, kind and how it ended; `onAnswer` is called when the server has answered. */
export function countedKubernetes(
  api: KubernetesApi,
  metrics: RoleMetrics,
  onAnswer: () => void = () => undefined,
): KubernetesApi {
  const counted = async <Answer>(verb: string, { kind }: { readonly kind: string }, asked: Promise<Answer>) => {
    const count = (result: string): void => metrics.add('proofmill_kubernetes_requests_total', { verb, kind, result });
    try {
      const answer = await asked;
      count('ok');
      onAnswer();
      return answer;
    } catch (error) {
      count(error instanceof ConfigurationError ? 'refused' : 'away');
      throw error;
    }
  };
  return {
    namespace: api.namespace,
    apply: (object) => counted('apply', object, api.apply(object)),
    create: (object) => counted('create', object, api.create(object)),
    replace: (object) => counted('replace', object, api.replace(object)),
    read: (ref) => counted('read', ref, api.read(ref)),
    list: (kind, labels) => counted('list', kind, api.list(kind, labels)),
    patch: (ref, change) => counted('patch', ref, api.patch(ref, change)),
    patchStatus: (ref, status) => counted('patchStatus', ref, api.patchStatus(ref, status)),
    remove: (ref, how) => counted('remove', ref, api.remove(ref, how)),
    // A watch is open for as long as the process runs; what it finds is asked for by a list.
    changes: (kinds, labels, signal) => api.changes(kinds, labels, signal),
  };
}
