import type { KubernetesApi, Observation } from '@proofmill/contract';

type Labels = Readonly<Record<string, string>>;

/**
 * The API server with its reading calls answered from what is observed, where that is enough: lists whose objects are all observed,
 * and objects that are. Everything else is asked of the server; so is an object that is in no observation, as somebody may have made
 * it without our labels.
 */
export function fromMemory(kubernetes: KubernetesApi, observations: readonly Observation[]): KubernetesApi {
  const { namespace } = kubernetes;
  return {
    ...kubernetes,
    async list(kind, labels, fields) {
      const observed = fields === undefined && observations.find((one) => one.kind === kind.kind && holds(one, labels));
      return observed ? observed.list(namespace, labels) : await kubernetes.list(kind, labels, fields);
    },
    async read(ref) {
      for (const observed of observations) {
        const object = observed.kind === ref.kind ? observed.read(namespace, ref.name) : null;
        if (object !== null) return object;
      }
      return await kubernetes.read(ref);
    },
    within: (other): KubernetesApi => fromMemory(kubernetes.within(other), observations),
  };
}

/** Whether everything with these labels is observed. */
const holds = ({ labels: observed = {}, name }: Observation, labels: Labels = {}): boolean =>
  name === undefined && Object.entries(observed).every(([label, value]) => labels[label] === value);
