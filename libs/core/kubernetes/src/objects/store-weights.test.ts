import { ConfigurationError, kubernetesSettingsSchema } from '@proofmill/contract';
import { describe, expect, test } from 'vitest';
import { finalSentence, weightsJob, workerObjects } from '../index.ts';
import { type Engine, jobOf, settings, stageOf } from './worker-pod.fixture.ts';

const owner = { apiVersion: 'batch/v1', kind: 'Job', name: 'one-driver', uid: 'u' };
const withKeys = { ...settings, store: { env: [{ name: 'AWS_REGION', value: 'r' }], secret: 'store-keys' } };

function partsOf(model: object, { engine = { model: 'm' }, installation = withKeys, fleet = {} }: PartsOptions = {}) {
  const job = jobOf(engine, undefined, undefined, { model, ...fleet });
  return { job, stage: stageOf(engine), settings: installation, namespace: 'here', owner };
}
interface PartsOptions {
  readonly engine?: Engine;
  readonly installation?: typeof settings;
  readonly fleet?: object;
}

// biome-ignore lint/suspicious/noExplicitAny: a manifest, of which each test reads other fields.
type Manifest = any;
const jobsOf = (objects: readonly object[]): Manifest[] => objects.filter((one: Manifest) => one.kind === 'Job');
const model = { s3: 's3://models/judges/gram-r2', sha256: 'a'.repeat(64) };

describe('weights in an object store', () => {
  test('are fetched by our own image ahead of the engine, which gets no key of the store', () => {
    const [job] = jobsOf(workerObjects(partsOf(model)));
    const { metadata, spec } = job.spec.template;
    const [fetch, engine] = spec.initContainers;
    expect(fetch).toMatchObject({
      name: 'fetch',
      image: 'proofmill:1',
      args: ['weights', 'fetch', 's3://models/judges/gram-r2', '/models', '--sha256', 'a'.repeat(64)],
      env: [{ name: 'AWS_REGION', value: 'r' }],
      envFrom: [{ secretRef: { name: 'store-keys' } }],
      securityContext: { readOnlyRootFilesystem: true },
    });
    expect(fetch.volumeMounts).toContainEqual({ name: 'models', mountPath: '/models' });
    expect(engine.args).toContain('/models');
    expect(engine.volumeMounts).toContainEqual({ name: 'models', mountPath: '/models', readOnly: true });
    expect(spec.volumes).toContainEqual({ name: 'models', emptyDir: { sizeLimit: '256Gi' } });
    for (const container of [engine, ...spec.containers])
      expect(JSON.stringify(container)).not.toMatch(/store-keys|AWS_/);
    expect(spec.serviceAccountName).toBeUndefined();
    // By which the network policies let the pod reach the store.
    expect(metadata.labels['proofmill.dev/weights']).toBe('s3');
    expect(job.spec.podFailurePolicy.rules).toContainEqual({
      action: 'FailJob',
      onExitCodes: { containerName: 'fetch', operator: 'In', values: [2] },
    });
  });

  test('are fetched once by a pod of the job where a claim keeps them, and workers do not reach the store', () => {
    const installation = kubernetesSettingsSchema.parse({
      ...settings,
      store: { serviceAccount: 'proofmill-collector' },
    });
    const parts = partsOf({ ...model, cache: { claim: 'weights' } }, { installation });
    const { metadata, spec } = (weightsJob(parts) as Manifest).spec.template;
    expect(spec.serviceAccountName).toBe('proofmill-collector');
    expect(spec.volumes).toContainEqual({ name: 'models', persistentVolumeClaim: { claimName: 'weights' } });
    expect(metadata.labels['proofmill.dev/weights']).toBe('s3');
    const [, , , folder] = spec.containers[0].args;
    const [worker] = jobsOf(workerObjects(parts));
    const pod = worker.spec.template;
    expect(pod.spec.initContainers.map(({ name }: Manifest) => name)).toEqual(['engine']);
    expect(pod.spec.initContainers[0].args).toContain(folder);
    expect(pod.spec.serviceAccountName).toBeUndefined();
    expect(pod.metadata.labels).not.toHaveProperty('proofmill.dev/weights');
    expect(JSON.stringify(worker.spec.podFailurePolicy)).not.toContain('fetch');
  });

  test('share no folder of a claim with others, and lead nowhere else', () => {
    const folders = [
      model,
      { ...model, sha256: undefined },
      { s3: 's3://models/judges/gram-r3' },
      { s3: 's3://models/../../etc' },
      { s3: 's3://models/$(PATH)/x' },
    ].map(
      (each) => (weightsJob(partsOf({ ...each, cache: { claim: 'c' } })) as Manifest).spec.template.spec.containers[0],
    );
    const paths = folders.map(({ args }) => args[3]);
    expect(new Set(paths).size).toBe(paths.length);
    for (const path of paths) expect(path).toMatch(/^\/models\/[A-Za-z0-9-]+$/);
    expect(folders.at(-1).args[2]).toBe('s3://models/$$(PATH)/x');
  });

  test('need a claim where the store knows pods by their ServiceAccount, as the engine would have it', () => {
    const installation = kubernetesSettingsSchema.parse({
      ...settings,
      store: { serviceAccount: 'proofmill-collector' },
    });
    expect(() => workerObjects(partsOf(model, { installation }))).toThrow(ConfigurationError);
    expect(() => workerObjects(partsOf(model, { installation }))).toThrow('needs cache: { claim: NAME } here');
  });

  test('are fetched on each node of an engine of several, and not at all for one elsewhere', () => {
    for (const job of jobsOf(workerObjects(partsOf(model, { fleet: { nodesPerWorker: 2, workers: 1 } }))))
      expect(job.spec.template.spec.initContainers[0].name).toBe('fetch');
    for (const baseUrl of ['simulator:', 'http://engine:8000']) {
      const parts = partsOf(model, { engine: { model: 'm', baseUrl } });
      const [job] = jobsOf(workerObjects(parts));
      expect(JSON.stringify(job)).not.toContain('fetch');
      expect(weightsJob(parts)).toBeNull();
    }
  });

  test('that are missing end the job with the sentence of what fetched them', () => {
    const message = 'there is nothing below s3://models/judge/';
    const pod = (name: string) => ({
      ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' } },
      status: { initContainerStatuses: [{ name, state: { terminated: { exitCode: 2, message } } }] },
    });
    expect(finalSentence([pod('fetch')], [2])).toBe(message);
    // An engine exits with codes of its own.
    expect(finalSentence([pod('engine')], [2])).toBeNull();
  });
});

test.each(['s3://models', 's3://models/', 'https://models/x', 's3://M/x', 'models/x'])(
  '%s is no place of weights',
  (s3) => {
    expect(() => partsOf({ s3 })).toThrow();
  },
);
