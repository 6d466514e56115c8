import type { Clock, KubernetesApi } from '@proofmill/contract';

export interface Pace {
  readonly clock: Clock;
  readonly perSecond: number;
  /** Calls that may come at once after a time with none. */
  readonly burst: number;
}

/** The API server with so many calls a second at most, in all namespaces together. Calls wait in their order. */
export function paced(kubernetes: KubernetesApi, pace: Pace): KubernetesApi {
  return pacedBy(kubernetes, turnstile(pace));
}

function pacedBy(kubernetes: KubernetesApi, pass: () => Promise<void>): KubernetesApi {
  const after =
    <Words extends unknown[], Answer>(call: (...words: Words) => Promise<Answer>) =>
    async (...words: Words): Promise<Answer> => {
      await pass();
      return await call(...words);
    };
  return {
    namespace: kubernetes.namespace,
    apply: after(kubernetes.apply),
    create: after(kubernetes.create),
    replace: after(kubernetes.replace),
    read: after(kubernetes.read),
    list: after(kubernetes.list),
    logOf: after(kubernetes.logOf),
    patch: after(kubernetes.patch),
    patchStatus: after(kubernetes.patchStatus),
    remove: after(kubernetes.remove),
    isNamespaceGoing: after(kubernetes.isNamespaceGoing),
    observe: kubernetes.observe,
    within: (namespace) => pacedBy(kubernetes.within(namespace), pass),
  };
}

/** Generic cell rate algorithm (ITU-T I.371, 1993): the time at which the next call is due moves on by its share of a second. */
function turnstile({ clock, perSecond, burst }: Pace): () => Promise<void> {
  const intervalMs = 1000 / perSecond;
  let dueAtMs = Number.NEGATIVE_INFINITY;
  return async () => {
    const nowMs = clock.now();
    dueAtMs = Math.max(dueAtMs, nowMs - (burst - 1) * intervalMs);
    const waitMs = dueAtMs - nowMs;
    dueAtMs += intervalMs;
    if (waitMs > 0) await clock.sleep(waitMs);
  };
}
