/** The files of k8s/examples are what they claim to be. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { jobSchema, kubernetesSettingsSchema, trainingLoopSchema } from '@proofmill/contract';
import { driverObjects } from '@proofmill/kubernetes-objects';
import { faultsOnCluster, pathInClaim } from '@proofmill/rounds';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { type Manifest, manifestsOf, only, root } from './render.ts';
import { faultsOf, podSpecsOf } from './restricted.ts';

const paths = globSync(['k8s/examples/*.yaml', 'k8s/overlays/*/job.yaml'], { cwd: root }).sort();
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const jobs = paths
  .flatMap((path) => manifestsOf(read(path)).map((manifest): [string, Manifest] => [path, manifest]))
  .filter(([, { kind }]) => kind === 'ScoringJob');

test.each(jobs)('%s is a job file', (_, job) => {
  expect(jobSchema.safeParse(job).error?.issues ?? []).toEqual([]);
});

test('examples exist', () => {
  expect(jobs.map(([path]) => path)).toEqual(
    expect.arrayContaining([
      'k8s/examples/deepseek-r1-one-node.yaml',
      'k8s/examples/deepseek-r1-two-nodes.yaml',
      'k8s/examples/scoringjob.yaml',
      'k8s/examples/spot-fleet.yaml',
      'k8s/overlays/rehearsal/job.yaml',
    ]),
  );
});

test('the plain Job is the one that the operator would create, with the settings of the overlay gpu', () => {
  const manifests = manifestsOf(read('k8s/examples/plain-job.yaml'));
  const jobYaml: string = only(manifests, 'ConfigMap', 'stackexchange-plain-job').data['job.yaml'];
  const [jobFile, driver] = driverObjects({
    job: jobSchema.parse(parse(jobYaml)),
    jobYaml,
    jobDigest: '',
    settings: kubernetesSettingsSchema.parse(parse(read('k8s/overlays/gpu/cluster.yaml'))),
    settingsConfigMap: 'proofmill-cluster',
    namespace: 'proofmill',
    suspend: false,
  });
  expect(only(manifests, 'ConfigMap', jobFile.metadata.name).data).toEqual(jobFile.data);
  expect(only(manifests, 'Job', driver.metadata.name).spec).toEqual(driver.spec);
});

test('the loop runs on a cluster as it is, and every file that it names is in its ConfigMap', () => {
  const manifests = manifestsOf(read('k8s/examples/training-loop.yaml'));
  const { data } = only(manifests, 'ConfigMap', 'gram-r2-loop');
  const { metadata, spec } = trainingLoopSchema.parse(parse(data['loop.yaml']));
  expect(faultsOnCluster(spec)).toEqual([]);
  expect(spec.files).toBe('gram-r2-loop');
  expect(Object.keys(data)).toEqual(expect.arrayContaining(['train.sh', 'sft.yaml']));
  const job: Manifest = only(manifests, 'Job', 'gram-r2-loop');
  expect(job.metadata.labels?.['proofmill.dev/loop']).toBe(metadata.name);
  const { volumeMounts } = job.spec.template.spec.containers[0];
  const shared = volumeMounts.find(({ name }: { name: string }) => name === 'store').mountPath;
  expect(pathInClaim(spec.output.uri, { claim: '', path: shared })).toBe('gram-r2');
});

test.each(['fetch.yaml', 'plain-job.yaml', 'training-loop.yaml'])('the pod of %s is restricted', (name) => {
  const pods = manifestsOf(read(`k8s/examples/${name}`)).flatMap(podSpecsOf);
  expect(pods.map(({ spec }) => faultsOf(spec))).toEqual([[]]);
});
