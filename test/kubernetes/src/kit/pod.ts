import type { Cluster } from '@proofmill/one-node-cluster';
import type { Namespace } from './namespace.ts';
import { until } from './until.ts';

/** How a pod ended. */
export interface PodEnd {
  readonly phase: 'Succeeded' | 'Failed';
  readonly exitCode: number;
  readonly log: string;
}

/** A pod that runs a shell script, in the image that every test cluster has. */
export const busyboxPod = (cluster: Cluster, name: string, script: string, spec: object = {}): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, labels: { app: name } },
  spec: {
    restartPolicy: 'Never',
    terminationGracePeriodSeconds: 1,
    containers: [{ name: 'main', image: cluster.busybox, imagePullPolicy: 'Never', command: ['sh', '-c', script] }],
    ...spec,
  },
});

/** Runs a pod with this script to its end. */
export async function runPod(cluster: Cluster, namespace: Namespace, name: string, script: string): Promise<PodEnd> {
  await namespace.kubectl(['apply', '-f', '-'], busyboxPod(cluster, name, script));
  return podEnd(namespace, name);
}

/** Resolves with how the pod ended. */
export async function podEnd(namespace: Namespace, name: string): Promise<PodEnd> {
  const [phase, status] = await until(`the end of pod ${name}`, async () => {
    const { status } = JSON.parse(await namespace.kubectl(['get', 'pod', name, '-o', 'json'])) as { status: PodStatus };
    return status.phase === 'Succeeded' || status.phase === 'Failed' ? ([status.phase, status] as const) : null;
  });
  const exitCode = status.containerStatuses?.[0]?.state.terminated?.exitCode ?? -1;
  return { phase, exitCode, log: await namespace.kubectl(['logs', name]) };
}

interface PodStatus {
  phase: string;
  containerStatuses?: { state: { terminated?: { exitCode: number } } }[];
}
