/** A ResourceQuota on CPU and memory refuses a pod with a container that does not say both, as request and as limit. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { kubernetesSettingsSchema } from '@proofmill/contract';
import { collectorObjects, driverObjects, weightsJob, workerObjects } from '@proofmill/kubernetes-objects';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { caseOf, kustomize, type Manifest, manifestsOf, noHelm, only, root, template, valuesFiles } from './render.ts';
import { podSpecsOf } from './restricted.ts';
import { stageOptions } from './stage-options.ts';

/** The amounts that a container leaves out. */
const missing = ({ name, resources }: Manifest[string]): string[] =>
  ['requests', 'limits'].flatMap((amounts) =>
    ['cpu', 'memory'].filter((one) => !resources?.[amounts]?.[one]).map((one) => `${name}: ${amounts}.${one}`),
  );

const containersOf = (manifests: readonly Manifest[]): Manifest[string][] =>
  manifests.flatMap(podSpecsOf).flatMap(({ spec }) => [...(spec.initContainers ?? []), ...spec.containers]);
const missingIn = (manifests: readonly Manifest[]): string[] => containersOf(manifests).flatMap(missing);

/** Everything that the operator and the driver of a job create for it. */
function objectsOf(settingsYaml: string, engine: object, fleet: object): Manifest[] {
  const options = stageOptions(kubernetesSettingsSchema.parse(parse(settingsYaml)), engine, fleet);
  const weights = weightsJob(options);
  return [
    ...driverObjects({ ...options, jobYaml: '', jobDigest: '', settingsConfigMap: 'c', suspend: false }),
    ...(weights ? [weights] : []),
    ...workerObjects(options),
    ...collectorObjects(options),
  ] as Manifest[];
}

const least = 'image: proofmill:1\nnats: { url: "nats://nats:4222" }\n';
const inPod = { image: 'vllm:1' };
const engines: [string, object, object, string[]][] = [
  ['a simulator', { baseUrl: 'simulator:' }, {}, ['driver', 'engine', 'worker', 'collector']],
  ['vLLM with weights of its image', {}, inPod, ['driver', 'engine', 'worker', 'collector']],
  [
    'vLLM with fetched weights',
    {},
    { ...inPod, model: { huggingFace: 'org/model' } },
    ['driver', 'fetch', 'engine', 'worker', 'collector'],
  ],
  [
    'vLLM with weights in a claim that a pod fills',
    {},
    { ...inPod, model: { huggingFace: 'org/model', cache: { claim: 'weights' } } },
    ['driver', 'fetch', 'engine', 'worker', 'collector'],
  ],
  [
    'vLLM with weights from an object store',
    {},
    { ...inPod, model: { s3: 's3://models/judge', cache: { claim: 'weights' } } },
    ['driver', 'fetch', 'engine', 'worker', 'collector'],
  ],
  ['vLLM on several nodes', {}, { ...inPod, nodesPerWorker: 2 }, ['driver', 'engine', 'worker', 'collector']],
  ['an engine elsewhere', { baseUrl: 'https://engine' }, {}, ['driver', 'worker', 'collector']],
];

describe('every container says what it requests and may use', () => {
  test.each(engines)('of a job with %s', (_, engine, fleet, containers) => {
    const objects = objectsOf(least, engine, fleet);
    expect(containersOf(objects).map(({ name }) => name)).toEqual(containers);
    expect(missingIn(objects)).toEqual([]);
  });

  test('of a job whose fleet names one amount alone', () => {
    for (const resources of [{ cpu: '48' }, { memory: '300Gi' }, { cpu: '2', cpuLimit: '3' }]) {
      const objects = objectsOf(least, {}, { ...inPod, resources });
      expect(missingIn(objects), JSON.stringify(resources)).toEqual([]);
    }
  });

  const files = globSync(['k8s/examples/*.yaml', 'k8s/triggers/*.yaml'], { cwd: root }).sort();
  test.each(files)('of %s', (file) => {
    const manifests = manifestsOf(readFileSync(join(root, file), 'utf8'));
    expect(missingIn(manifests)).toEqual([]);
    // A step of Argo is no pod template of Kubernetes; a template of steps has no pod.
    const templates = manifests.flatMap(({ kind, spec }) => (kind === 'WorkflowTemplate' ? spec.templates : []));
    const withPods = templates.filter(({ steps }: Manifest[string]) => steps === undefined);
    expect(withPods.flatMap(({ container }: Manifest[string]) => missing({ name: 'step', ...container }))).toEqual([]);
  });

  test('of the pod that Airflow starts', () => {
    const dag = readFileSync(join(root, 'k8s/triggers/airflow_dag.py'), 'utf8');
    for (const amounts of ['requests', 'limits']) {
      expect(dag).toMatch(new RegExp(`${amounts}=\\{"cpu": "\\w+", "memory": "\\w+"\\}`));
    }
  });
});

describe.skipIf(noHelm)(`every container says what it requests and may use${noHelm}`, () => {
  // That of "everything" takes a limit away, to show that this is possible.
  const cases = valuesFiles.filter((file) => caseOf(file) !== 'everything');
  test.each(cases.map((file) => [caseOf(file), file]))('of the chart and its jobs: %s', async (_, file) => {
    const monitored = ['external-nats', 'creds'].includes(caseOf(file)) ? 'false' : 'true';
    const manifests = await template('--values', file, '--set', `podMonitor.enabled=${monitored}`);
    expect(missingIn(manifests)).toEqual([]);
    const settings = only(manifests, 'ConfigMap', 'proofmill-cluster').data['cluster.yaml'];
    for (const [, engine, fleet] of engines) expect(missingIn(objectsOf(settings, engine, fleet))).toEqual([]);
  });

  test.each(['rehearsal', 'one-node', 'gpu'])('of the overlay %s and its jobs', async (name) => {
    const manifests = await kustomize(`k8s/overlays/${name}`);
    expect(missingIn(manifests)).toEqual([]);
    const settings = only(manifests, 'ConfigMap', 'proofmill-cluster').data['cluster.yaml'];
    for (const [, engine, fleet] of engines) expect(missingIn(objectsOf(settings, engine, fleet))).toEqual([]);
  });
});
