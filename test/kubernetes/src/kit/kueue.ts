/** Real Kueue on the cluster, by its own chart, and queues of a test. Only for the tests that need it: its webhooks see every Job. */
import { type Cluster, findKueue, kueueImage } from '@proofmill/one-node-cluster';
import { noCluster } from './cluster.ts';
import type { Namespace } from './namespace.ts';
import { until } from './until.ts';

/** Why there is no Kueue here and what would help; empty where there is. */
export const noKueue: string = noCluster || ((await findKueue()) ? '' : 'Kueue is not built: npm run fetch:kueue');

const home = 'kueue-system';
const flavor = 'any-node';
const apiVersion = 'kueue.x-k8s.io/v1beta2';

type StopPolicy = 'None' | 'Hold' | 'HoldAndDrain';

/** A LocalQueue in a namespace, with a ClusterQueue of its own and the same name. */
export interface Queues {
  /** Creates them. The quota is of CPUs: workers of the kit's installations request 10m each. */
  create(namespace: Namespace, name: string, cpu: string): Promise<void>;
  stop(namespace: Namespace, name: string, policy: StopPolicy): Promise<void>;
}

/** Installs Kueue; on disposal removes it with all of its objects. */
export async function installKueue(cluster: Cluster): Promise<Queues & AsyncDisposable> {
  const kueue = await findKueue();
  if (kueue === null) throw new Error(noKueue);
  await cluster.loadImage(kueue.image);
  const values = {
    controllerManager: {
      featureGates: [{ name: 'VisibilityOnDemand', enabled: false }],
      manager: {
        image: { ...kueueImage, pullPolicy: 'Never' },
        resources: { requests: { cpu: '50m', memory: '128Mi' }, limits: {} },
      },
      readinessProbe: { initialDelaySeconds: 1, periodSeconds: 1, timeoutSeconds: 5 },
    },
  };
  const words = ['upgrade', '--install', 'kueue', kueue.chart, '--namespace', home, '--create-namespace'];
  await cluster.helm([...words, '--values', '-', '--wait', '--timeout', '180s'], { input: JSON.stringify(values) });
  const apply = (object: object) => cluster.kubectl(['apply', '-f', '-'], { input: JSON.stringify(object) });
  // A pod that is ready has a certificate, and the API server may not trust it yet.
  await until('the webhooks of Kueue answer', () =>
    apply({ apiVersion, kind: 'ResourceFlavor', metadata: { name: flavor } }).then(
      () => true,
      () => false,
    ),
  );
  return {
    async create(namespace, name, cpu) {
      const clusterQueue = clusterQueueOf(namespace, name);
      const resources = [
        { name: 'cpu', nominalQuota: cpu },
        { name: 'memory', nominalQuota: '64Gi' },
      ];
      await apply({
        ...{ apiVersion, kind: 'ClusterQueue', metadata: { name: clusterQueue } },
        spec: {
          namespaceSelector: {},
          resourceGroups: [{ coveredResources: ['cpu', 'memory'], flavors: [{ name: flavor, resources }] }],
        },
      });
      await namespace.kubectl(['apply', '-f', '-'], {
        ...{ apiVersion, kind: 'LocalQueue', metadata: { name }, spec: { clusterQueue } },
      });
      await namespace.kubectl(['wait', `localqueue/${name}`, '--for=condition=Active', '--timeout=60s']);
    },
    async stop(namespace, name, policy) {
      const change = JSON.stringify({ spec: { stopPolicy: policy } });
      await cluster.kubectl(['patch', 'clusterqueue', clusterQueueOf(namespace, name), '--type=merge', '-p', change]);
    },
    async [Symbol.asyncDispose]() {
      // Kueue must still run, as it removes the finalizers.
      for (const kind of ['localqueues --all-namespaces', 'clusterqueues', 'resourceflavors']) {
        await cluster.kubectl(['delete', ...kind.split(' '), '--all', '--timeout=120s']);
      }
      await cluster.helm(['uninstall', 'kueue', '--namespace', home, '--wait', '--timeout', '120s']);
      await cluster.kubectl(['delete', 'namespace', home, '--timeout=120s']);
    },
  };
}

const clusterQueueOf = (namespace: Namespace, name: string): string => `${namespace.name}-${name}`;
