/** The objects of the measured cluster. */

export const namespace = 'bench';
/** The operator's identity, so that its calls are counted apart. */
export const operatorAccount = 'operator';
/** A kubelet of a large node takes fewer; kwok's has no such bound. */
export const podsOfNode = 1000;
export const podsOfJob = 500;

export const jobOf = (name: string, suspend: boolean): object => ({
  ...{ apiVersion: 'proofmill.dev/v1alpha1', kind: 'ScoringJob', metadata: { name, namespace } },
  spec: {
    suspend,
    corpus: { uris: ['s3://bucket/pairs.jsonl'] },
    pipeline: [{ stage: 'label', judge: 'gram-r2', engine: { model: 'm', baseUrl: 'simulator:' } }],
    output: { uri: `s3://bucket/${name}` },
  },
});

export const nodeOf = (number: number): object => ({
  ...{ apiVersion: 'v1', kind: 'Node' },
  metadata: { name: `fake-${number}`, annotations: { 'kwok.x-k8s.io/node': 'fake' } },
  // Some room for drivers besides.
  status: { allocatable: { cpu: '1000', memory: '1Ti', pods: String(2 * podsOfNode) } },
});

/** Names a driver's Job in the references of what it owns. */
export interface Driver {
  readonly name: string;
  readonly uid: string;
}

/** A pod of a worker, as the driver of a running job leads to it. */
export const podOf = (number: number, job: string, driver: Driver): object => ({
  ...{ apiVersion: 'v1', kind: 'Pod' },
  metadata: {
    ...{ name: `worker-${number}`, namespace },
    labels: {
      'app.kubernetes.io/name': 'proofmill',
      'app.kubernetes.io/managed-by': 'proofmill',
      'app.kubernetes.io/component': 'worker',
      'proofmill.dev/job': job,
      'proofmill.dev/stage': 'label',
    },
    ownerReferences: [{ apiVersion: 'batch/v1', kind: 'Job', ...driver }],
  },
  spec: {
    nodeName: `fake-${Math.floor(number / podsOfNode)}`,
    containers: [{ name: 'worker', image: 'none' }],
  },
});

/** What the driver of a running job reports, in the annotation of its Job. */
export const reportOf = (done: number): string => {
  const figures = { stage: 'label', done, total: 1_000_000, failed: 0, recordsPerSecond: 2, rate: '2/s' };
  const rest = { etaSeconds: 3, eta: '3s', workers: `${podsOfJob}/${podsOfJob}`, stages: [], conditions: [] };
  return JSON.stringify({ phase: 'Running', message: 'labelling', ...figures, ...rest, output: 's3://bucket/out' });
};

/** All rights for the operator's account, and a count of its calls: of a flow of its own (API Priority and Fairness). */
export const accountObjects: readonly object[] = [
  { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: operatorAccount, namespace } },
  // The pods of drivers name it.
  { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'proofmill-driver', namespace } },
  {
    ...{ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRoleBinding', metadata: { name: 'bench-operator' } },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [{ kind: 'ServiceAccount', name: operatorAccount, namespace }],
  },
  {
    ...{ apiVersion: 'flowcontrol.apiserver.k8s.io/v1', kind: 'FlowSchema', metadata: { name: 'bench-operator' } },
    spec: {
      matchingPrecedence: 100,
      priorityLevelConfiguration: { name: 'workload-high' },
      rules: [
        {
          subjects: [{ kind: 'ServiceAccount', serviceAccount: { name: operatorAccount, namespace } }],
          resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'], namespaces: ['*'], clusterScope: true }],
          nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
        },
      ],
    },
  },
];
