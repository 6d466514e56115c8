import type { KubernetesApi } from '@proofmill/contract';
import type { Action } from '@proofmill/kubernetes-objects';

/** Carries out what was decided, in order. Actions can be repeated, so a failure half way does no harm. */
export async function carryOut(kubernetes: KubernetesApi, actions: readonly Action[]): Promise<void> {
  for (const action of actions) {
    if (action.do === 'apply') await kubernetes.apply(action.object);
    else if (action.do === 'patch') await kubernetes.patch(action.ref, action.change);
    else await kubernetes.remove(action.ref, action.how, action.of);
  }
}
