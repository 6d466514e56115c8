import { canonicalJson, type KubernetesApi, kubernetesAnnotations } from '@proofmill/contract';
import { kinds, startFailureStatus } from '@proofmill/kubernetes-objects';

/** Reports on its Job how a driver ended that could not read its job or its settings. */
export async function reportStartFailure(
  kubernetes: KubernetesApi,
  driverJob: string,
  end: { readonly phase: 'Failed' | 'Pending'; readonly message: string },
  at: string,
): Promise<void> {
  const annotations = { [kubernetesAnnotations.status]: canonicalJson(startFailureStatus(end, at)) };
  await kubernetes.patch({ ...kinds.job, name: driverJob }, { metadata: { annotations } });
}
