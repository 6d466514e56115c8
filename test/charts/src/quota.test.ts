/** A ResourceQuota on CPU and memory refuses a pod with a container that does not say both, as request and as limit. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  jobSchema,
  keepEverything,
  kubernetesSettingsSchema,
  profileSchema,
  stageFileSchema,
} from '@proofmill/contract';
import { collectorObjects, driverObjects, workerObjects } from '@proofmill/kubernetes-objects';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { caseOf, kustomize, type Manifest, manifestsOf, noHelm, only, root, template, valuesFiles } from './render.ts';
import { podSpecsOf } from './restricted.ts';

/** The amounts that a container leaves out. */
const missing = ({ name, resources }: Manifest[string]): string[] =>
  ['requests', 'limits'].flatMap((amounts) =>
    ['cpu', 'memory'].filter((one) => !resources?.[amounts]?.[one]).map((one) => `${name}: ${amounts}.${one}`),
  );

const containersOf = (manifests: readonly Manifest[]): Manifest[string][] =>
  manifests.flatMap(podSpecsOf).flatMap(({ spec }) => [...(spec.initContainers ?? []), ...spec.containers]);
const missingIn = (manifests: readonly Manifest[]): string[] => containersOf(manifests).flatMap(missing);

const profile = profileSchema.parse({
  ...{ name: 'judge', version: 1, purpose: 'label', description: '', source: '', frameMarks: [] },
  messages: [{ role: 'user', template: 't' }],
  sampling: { temperature: 1, topP: 1, maxTokens: 10 },
  parse: { rule: 'tagged', tag: 'answer', verdicts: { A: 'first', B: 'second' } },
  chatTemplateKwargs: {},
});

/** Everything that the driver of a job and the operator create for it. */
function objectsOf(settingsYaml: string, engine: object, fleet: object): Manifest[] {
  const job = jobSchema.parse({
    ...{ apiVersion: 'proofmill.dev/v1alpha1', kind: 'ScoringJob', metadata: { name: 'one' } },
    spec: {
      corpus: { uris: ['s3://b/a.jsonl'] },
      pipeline: [{ stage: 'label', judge: 'judge', engine: { model: 'm', ...engine }, fleet }],
      output: { uri: 's3://b/out' },
    },
  });
  const stage = stageFileSchema.parse({
    ...{ v: 1, run: 'one-label-0123abcd', stageDigest: '', partitions: 4 },
    definition: {
      ...{ kind: 'label', name: 'label', profile, engine: { model: 'm', revision: null }, ranking: 'knockout' },
      sampling: { temperature: 1, topP: 1, maxTokens: 10, seed: 0 },
      votes: { max: 1, orders: 'fixed', stop: 'none', reasks: 0, logprobs: false },
      ...{ keep: keepEverything, first: null },
    },
  });
  const settings = kubernetesSettingsSchema.parse(parse(settingsYaml));
  const owner = { apiVersion: 'batch/v1', kind: 'Job', name: 'one-driver', uid: 'u' };
  const parts = { job, settings, namespace: 'here' };
  return [
    ...driverObjects({ ...parts, jobYaml: '', jobDigest: '', settingsConfigMap: 'c', suspend: false }),
    ...workerObjects({ ...parts, stage, owner }),
    ...collectorObjects({ ...parts, stage, owner }),
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
    // A step of Argo is no pod template of Kubernetes.
    const steps = manifests.flatMap(({ kind, spec }) => (kind === 'WorkflowTemplate' ? spec.templates : []));
    expect(steps.flatMap(({ container }: Manifest[string]) => missing({ name: 'step', ...container }))).toEqual([]);
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
