import { canonicalJson, type KubernetesApi, kubernetesAnnotations } from '@proofmill/contract';
import { drivenStatus } from '@proofmill/kubernetes-objects';

/** Says on the driver's Job how a driver ended that could not read what it is to do. */
export async function tellEnd(
  kubernetes: KubernetesApi,
  driverJob: string,
  end: { readonly phase: 'Failed' | 'Pending'; readonly message: string },
  at: string,
): Promise<void> {
  const status = drivenStatus({
    output: '',
    stageCount: 0,
    stages: [],
    recordsPerSecond: null,
    workers: null,
    trouble: null,
    notice: null,
    end,
    before: null,
    at,
  });
  const annotations = { [kubernetesAnnotations.status]: canonicalJson(status) };
  await kubernetes.patch({ apiVersion: 'batch/v1', kind: 'Job', name: driverJob }, { metadata: { annotations } });
}

/** What ended a driver that another one follows: who reads it need not do what the sentence asks for elsewhere. */
export const tellAgain = (message: string): string =>
  `${message.replace(/[.]? Run it again when [^.]*[.]?$/, '')}; it will be run again`;
