import { expect, test } from 'vitest';
import { jobSchema, kubernetesSettingsSchema } from './index.ts';

/** The first problem of a job with this `fleet.pod`, with its place in it; null where it is taken. */
function faultOf(pod: object, fleet: object = {}): string | null {
  const { error } = jobSchema.safeParse({
    ...{ apiVersion: 'proofmill.dev/v1alpha1', kind: 'ScoringJob', metadata: { name: 'job-1' } },
    spec: {
      corpus: { uris: ['a.jsonl'] },
      pipeline: [{ stage: 'label', judge: 'gram-r2', engine: { model: 'm' }, fleet: { pod, ...fleet } }],
      output: { uri: 'out' },
    },
  });
  const [issue] = error?.issues ?? [];
  return issue ? `${issue.path.slice(4).join('.')}: ${issue.message}` : null;
}

const volume = (path: string, more: object = { size: '1Gi' }): object => ({ volumes: [{ name: 'v', path, ...more }] });

test('what a platform team adds to pods is taken', () => {
  const nodeSelectorTerms = [{ matchExpressions: [{ key: 'zone', operator: 'In', values: ['a'] }] }];
  const pod = {
    labels: { team: 'rewards' },
    annotations: { 'sidecar.istio.io/inject': 'false' },
    affinity: {
      nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } },
      podAntiAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [
          { weight: 1, podAffinityTerm: { topologyKey: 'rack', labelSelector: { matchLabels: { a: 'b' } } } },
        ],
      },
    },
    topologySpread: [{ topologyKey: 'topology.kubernetes.io/zone', maxSkew: 1, whenUnsatisfiable: 'DoNotSchedule' }],
    runtimeClass: 'nvidia',
    imagePullSecrets: ['registry'],
  };
  expect(faultOf(pod, { gpuResource: 'nvidia.com/mig-3g.40gb' })).toBeNull();
  for (const kind of [{ claim: 'c' }, { configMap: 'c' }, { secret: 's' }, { size: '10Gi' }, { nodePath: '/data' }]) {
    expect(faultOf(volume('/cache', kind)), JSON.stringify(kind)).toBeNull();
  }
});

test.each<[string, object]>([
  ['probes', { livenessProbe: {} }],
  ['a security context', { securityContext: { runAsUser: 0 } }],
  ['containers', { containers: [] }],
  ['the network of the node', { hostNetwork: true }],
  ['a ServiceAccount', { serviceAccountName: 'proofmill-driver' }],
  ['an unknown field of an affinity', { affinity: { nodeAffinity: { required: [] } } }],
  ['a volume of another kind', volume('/a', { csi: { driver: 'd' } })],
  ['a volume of two kinds', volume('/a', { claim: 'c', secret: 's' })],
])('everything else is refused: %s', (_, pod) => {
  expect(faultOf(pod)).not.toBeNull();
});

test.each([
  ['app.kubernetes.io/component', 'labels'],
  ['proofmill.dev/job', 'labels'],
  ['batch.kubernetes.io/job-name', 'labels'],
  ['kueue.x-k8s.io/queue-name', 'labels'],
  ['proofmill.dev/template', 'annotations'],
])('%s is not for a job to set among its %s', (name, field) => {
  expect(faultOf({ [field]: { [name]: 'x' } })).toMatch(/is one of the (labels|annotations) that pods are found by/);
});

test.each([
  '/run/engine',
  '/run',
  '/',
  '/etc/proofmill/stage',
  '/models/more',
  '/tmp',
  '/dev/shm',
  '/home/engine/.cache',
])('a volume in place of what the pod needs is refused: %s', (path) => {
  expect(faultOf(volume(path))).toMatch(/^pod\.volumes\.0\.path: is, holds, or lies in .*choose another folder/);
});

test.each(['cache', '/a/../run/engine', '/a:b', ''])('a volume at no proper path is refused: %s', (path) => {
  expect(faultOf(volume(path))).toMatch(/must be an absolute path/);
});

test('two volumes of a name, or at a path, are refused', () => {
  const [one, two] = [
    { name: 'a', path: '/a', size: '1Gi' },
    { name: 'b', path: '/b', size: '1Gi' },
  ];
  expect(faultOf({ volumes: [one, two] })).toBeNull();
  expect(faultOf({ volumes: [one, { ...two, name: 'a' }] })).toBe('pod.volumes.1.name: is taken by another volume');
  expect(faultOf({ volumes: [one, { ...two, path: '/a' }] })).toBe('pod.volumes.1.path: is taken by another volume');
});

test('two volumes of one claim are refused: a pod that has them never starts', () => {
  const [one, two] = [
    { name: 'a', path: '/a', claim: 'adapters' },
    { name: 'b', path: '/b', claim: 'adapters' },
  ];
  expect(faultOf({ volumes: [one, { ...two, claim: 'others' }] })).toBeNull();
  expect(faultOf({ volumes: [one, two] })).toMatch(/^pod\.volumes\.1\.claim: is adapters, as another volume is/);
});

test.each(['NATS_URL', 'NATS_PASSWORD', 'PROOFMILL_DRIVER_JOB', 'JOB_COMPLETION_INDEX'])(
  'an installation does not set %s, which Proofmill sets',
  (name) => {
    for (const place of ['pods', 'worker', 'store']) {
      const more = { [place]: { env: [{ name, value: 'x' }] } };
      const { error } = kubernetesSettingsSchema.safeParse({ image: 'i', nats: { url: 'nats://n' }, ...more });
      expect(error?.issues[0]?.message).toBe(`${name} is set by Proofmill itself; leave it out`);
    }
  },
);
