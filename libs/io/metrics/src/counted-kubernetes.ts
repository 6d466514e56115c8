import { ConfigurationError, type KindRef, type KubernetesApi } from '@proofmill/contract';
import type { RoleMetrics } from './role-metrics.ts';

const podLogs: KindRef = { apiVersion: 'v1', kind: 'PodLog' };
const namespaces: KindRef = { apiVersion: 'v1', kind: 'Namespace' };

/**
 * The same API, each request counted by verb, kind and how it ended; `onAnswer` is called when the server has answered. An observation is
 * counted when it is complete or refused, and each time that the server cannot be followed.
 */
export function countedKubernetes(
  api: KubernetesApi,
  metrics: RoleMetrics,
  onAnswer: () => void = () => undefined,
): KubernetesApi {
  const count = (verb: string, { kind }: KindRef, result: string): void =>
    metrics.add('proofmill_kubernetes_requests_total', { verb, kind, result });
  const counted = async <Answer>(verb: string, kind: KindRef, asked: Promise<Answer>) => {
    try {
      const answer = await asked;
      count(verb, kind, 'ok');
      onAnswer();
      return answer;
    } catch (error) {
      count(verb, kind, error instanceof ConfigurationError ? 'refused' : 'away');
      throw error;
    }
  };
  return {
    namespace: api.namespace,
    apply: (object) => counted('apply', object, api.apply(object)),
    create: (object) => counted('create', object, api.create(object)),
    replace: (object) => counted('replace', object, api.replace(object)),
    read: (ref) => counted('read', ref, api.read(ref)),
    list: (kind, labels, fields) => counted('list', kind, api.list(kind, labels, fields)),
    logOf: (pod, container, longestBytes) => counted('read', podLogs, api.logOf(pod, container, longestBytes)),
    patch: (ref, change) => counted('patch', ref, api.patch(ref, change)),
    patchStatus: (ref, status) => counted('patchStatus', ref, api.patchStatus(ref, status)),
    remove: (ref, how, of) => counted('remove', ref, api.remove(ref, how, of)),
    isNamespaceGoing: () => counted('read', namespaces, api.isNamespaceGoing()),
    observe(what, observer) {
      const observation = api.observe(what, {
        onChange: observer.onChange,
        onTrouble(error) {
          count('observe', what, 'away');
          observer.onTrouble?.(error);
        },
        signal: observer.signal,
      });
      // Who observes hears of a refusal by itself.
      counted('observe', what, observation.complete).catch(() => undefined);
      return observation;
    },
    within: (namespace) => countedKubernetes(api.within(namespace), metrics, onAnswer),
  };
}
