import { type KubernetesSettings, kubernetesSettingsSchema } from '@proofmill/contract';
import { expect, test } from 'vitest';
import { collectorObjects, driverObjects, workerObjects } from '../index.ts';
import { jobOf, stageOf } from './worker-pod.fixture.ts';

const engine = { model: 'm' };

const settingsOf = (more: object = {}): KubernetesSettings =>
  kubernetesSettingsSchema.parse({
    ...{ image: 'proofmill:1', nats: { url: 'nats://nats:4222', secret: 'nats' }, engine: { image: 'vllm:1' } },
    ...more,
  });

/** The templates of the pods of a job: of its driver, its workers, its collectors. */
function templatesOf(settings: KubernetesSettings, fleet: object = {}) {
  const parts = { job: jobOf(engine, undefined, undefined, fleet), settings, namespace: 'here' };
  const owner = { apiVersion: 'batch/v1', kind: 'Job', name: 'one-driver', uid: 'u' };
  const ofStage = { ...parts, stage: stageOf(engine), owner };
  const objects = [
    driverObjects({ ...parts, jobYaml: '', jobDigest: '', settingsConfigMap: 'c', suspend: false })[1],
    workerObjects(ofStage)[1],
    collectorObjects(ofStage)[0],
  ];
  // biome-ignore lint/suspicious/noExplicitAny: manifests, of which each test reads other fields.
  const [driver, worker, collector] = objects.map(({ spec }) => (spec as any).template);
  return { driver, worker, collector, all: [driver, worker, collector] };
}

const workerOf = (fleet: object, settings = settingsOf()) => templatesOf(settings, fleet).worker;

test("what a job adds to its workers' pods arrives there, and in no other pod", () => {
  const affinity = { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [] } };
  const pod = {
    labels: { team: 'rewards' },
    annotations: { 'sidecar.istio.io/inject': 'false' },
    ...{ affinity, runtimeClass: 'nvidia', imagePullSecrets: ['registry'] },
    topologySpread: [{ topologyKey: 'zone' }],
  };
  const { driver, worker, collector } = templatesOf(settingsOf({ imagePullSecrets: ['all'] }), { pod });
  expect(worker.metadata.labels).toMatchObject({ team: 'rewards', 'app.kubernetes.io/component': 'worker' });
  expect(worker.metadata.annotations).toEqual({ 'sidecar.istio.io/inject': 'false' });
  expect(worker.spec).toMatchObject({ affinity, runtimeClassName: 'nvidia' });
  expect(worker.spec.imagePullSecrets).toEqual([{ name: 'all' }, { name: 'registry' }]);
  const [spread] = worker.spec.topologySpreadConstraints;
  expect(spread).toMatchObject({ topologyKey: 'zone', maxSkew: 1, whenUnsatisfiable: 'ScheduleAnyway' });
  expect(spread.labelSelector.matchLabels).toMatchObject({
    ...{ 'app.kubernetes.io/component': 'worker', 'proofmill.dev/job': 'one', 'proofmill.dev/stage': 'label' },
  });
  expect(JSON.stringify([driver, collector])).not.toMatch(/rewards|istio|nvidia|registry|zone/);
});

test("an installation's additions are those of a role, and a job's come on top", () => {
  const tolerations = [{ key: 'gpu', operator: 'Exists' }];
  const settings = settingsOf({
    driver: { pod: { priorityClass: 'steady' } },
    worker: { pod: { tolerations, nodeSelector: { pool: 'gpu', disk: 'fast' }, labels: { cost: '1' } } },
  });
  const { driver, worker, collector } = templatesOf(settings, {
    ...{
      tolerations: [{ key: 'spot', operator: 'Exists' }],
      nodeSelector: { pool: 'spot' },
      pod: { labels: { cost: '2' } },
    },
  });
  expect(driver.spec.priorityClassName).toBe('steady');
  expect(worker.spec.tolerations.map(({ key }: { key: string }) => key)).toEqual(['gpu', 'spot']);
  expect(worker.spec.nodeSelector).toEqual({ pool: 'spot', disk: 'fast' });
  expect(worker.metadata.labels.cost).toBe('2');
  expect(collector.spec).not.toHaveProperty('nodeSelector');
});

test('without a fixed user pods run as whom the cluster says, and never as root', () => {
  for (const { spec } of templatesOf(settingsOf({ pods: { fixedUser: false } })).all) {
    expect(spec.securityContext).toEqual({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
  }
  for (const { spec } of templatesOf(settingsOf()).all) expect(spec.securityContext.runAsUser).toBe(65532);
});

test('variables and authorities of the installation are in every container, each in the way that it understands', () => {
  const pods = {
    env: [{ name: 'HTTPS_PROXY', value: 'http://proxy:3128' }],
    authorities: { configMap: 'ca', key: 'bundle.pem' },
  };
  const templates = templatesOf(settingsOf({ pods }), { model: { huggingFace: 'org/model' } });
  const containers = templates.all.flatMap(({ spec }) => [...(spec.initContainers ?? []), ...spec.containers]);
  expect(containers.map(({ name }) => name)).toEqual(['driver', 'fetch', 'engine', 'worker', 'collector']);
  for (const { name, env, volumeMounts } of containers) {
    expect(env).toContainEqual({ name: 'HTTPS_PROXY', value: 'http://proxy:3128' });
    const variable = ['fetch', 'engine'].includes(name) ? 'SSL_CERT_FILE' : 'NODE_EXTRA_CA_CERTS';
    expect(env).toContainEqual({ name: variable, value: '/etc/proofmill/authorities/ca.pem' });
    expect(volumeMounts).toContainEqual({
      ...{ name: 'authorities', mountPath: '/etc/proofmill/authorities', readOnly: true },
    });
  }
  for (const { spec } of templates.all) {
    const items = [{ key: 'bundle.pem', path: 'ca.pem' }];
    expect(spec.volumes).toContainEqual({ name: 'authorities', configMap: { name: 'ca', items } });
  }
});

test('a variable that is given twice is there once, as the job says', () => {
  const settings = settingsOf({ pods: { env: [{ name: 'HF_HOME', value: '/a' }] } });
  const [engineOfPod] = workerOf({ env: { HF_HOME: '/b', HOME: '/c' } }, settings).spec.initContainers;
  const names = engineOfPod.env.map(({ name }: { name: string }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(engineOfPod.env).toContainEqual({ name: 'HF_HOME', value: '/b' });
  expect(engineOfPod.env).toContainEqual({ name: 'HOME', value: '/c' });
});

test("the volumes of a job are in its engine's container alone, under names apart from ours", () => {
  const volumes = [
    { name: 'tmp', path: '/cache', size: '10Gi' },
    { name: 'lora', path: '/lora', claim: 'adapters' },
    { name: 'work', path: '/work', claim: 'scratch', readOnly: false },
    { name: 'conf', path: '/conf', configMap: 'c' },
    { name: 'key', path: '/key', secret: 's' },
  ];
  const { spec } = workerOf({ pod: { volumes } });
  expect(spec.volumes.filter(({ name }: { name: string }) => name.startsWith('job-'))).toEqual([
    { name: 'job-tmp', emptyDir: { sizeLimit: '10Gi' } },
    { name: 'job-lora', persistentVolumeClaim: { claimName: 'adapters', readOnly: true } },
    { name: 'job-work', persistentVolumeClaim: { claimName: 'scratch' } },
    { name: 'job-conf', configMap: { name: 'c' } },
    { name: 'job-key', secret: { secretName: 's' } },
  ]);
  const [engineOfPod] = spec.initContainers;
  expect(engineOfPod.volumeMounts).toContainEqual({ name: 'job-lora', mountPath: '/lora', readOnly: true });
  expect(engineOfPod.volumeMounts).toContainEqual({ name: 'job-work', mountPath: '/work' });
  expect(JSON.stringify(spec.containers)).not.toContain('job-');
});

test.each<[string, object, string]>([
  ['the passwords of NATS', { secret: 'nats' }, 'which belongs to the installation'],
  ['the keys of the object store', { secret: 'store' }, 'which belongs to the installation'],
  ['the folder of the output', { claim: 'labels' }, 'which holds corpus and output'],
  ['a folder of the node', { nodePath: '/data' }, 'the installation does not allow (engine.nodePaths: /mnt/models)'],
  ['a folder beside the allowed one', { nodePath: '/mnt/models-2' }, 'does not allow'],
  ['a folder above it, by a detour', { nodePath: '/mnt/models/../../etc' }, 'does not allow'],
])('an engine does not get %s', (_, kind, sentence) => {
  const settings = settingsOf({
    store: { secret: 'store', volume: { claim: 'labels', path: '/labels' } },
    engine: { image: 'vllm:1', nodePaths: ['/mnt/models'] },
  });
  expect(() => workerOf({ pod: { volumes: [{ name: 'v', path: '/v', ...kind }] } }, settings)).toThrow(sentence);
  const allowed = workerOf({ pod: { volumes: [{ name: 'v', path: '/v', nodePath: '/mnt/models/a' }] } }, settings);
  expect(allowed.spec.volumes).toContainEqual({
    ...{ name: 'job-v', hostPath: { path: '/mnt/models/a', type: 'Directory' } },
  });
});

test.each([
  { claim: 'weights', path: 'a' },
  { huggingFace: 'org/model', cache: { claim: 'weights' } },
])('a volume of the claim that has the weights is refused: a pod that has both never starts (%o)', (model) => {
  const volumes = [{ name: 'v', path: '/v', claim: 'weights' }];
  expect(() => workerOf({ model, pod: { volumes } })).toThrow(
    'stage label: the volume v of fleet.pod.volumes is the claim weights, which has the weights: it is at /models already',
  );
});

test('GPUs are asked for by the name that the job gives, else by that of the installation', () => {
  const limitsOf = (fleet: object, settings?: KubernetesSettings) =>
    workerOf({ gpusPerWorker: 2, ...fleet }, settings).spec.initContainers[0].resources.limits;
  expect(limitsOf({})).toMatchObject({ 'nvidia.com/gpu': '2' });
  const amd = settingsOf({ engine: { image: 'vllm:1', gpuResource: 'amd.com/gpu' } });
  expect(limitsOf({}, amd)).toMatchObject({ 'amd.com/gpu': '2' });
  expect(limitsOf({ gpuResource: 'nvidia.com/mig-1g.10gb' }, amd)).toMatchObject({ 'nvidia.com/mig-1g.10gb': '2' });
});

test('an engine whose weights are in the claim of the output sees their folder, and nothing else of it', () => {
  const settings = settingsOf({ store: { volume: { claim: 'labels', path: '/labels' } } });
  const engineOf = (claim: string) => {
    const [container] = workerOf({ model: { claim, path: '/mine/weights/' } }, settings).spec.initContainers;
    const models = container.volumeMounts.find(({ name }: { name: string }) => name === 'models');
    return { served: container.args[2], models };
  };
  expect(engineOf('labels')).toEqual({
    served: '/models',
    models: { name: 'models', mountPath: '/models', readOnly: true, subPath: 'mine/weights' },
  });
  expect(engineOf('weights')).toEqual({
    served: '/models/mine/weights',
    models: { name: 'models', mountPath: '/models', readOnly: true },
  });
});
