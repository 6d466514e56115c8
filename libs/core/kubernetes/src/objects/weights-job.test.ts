import type { KubernetesObject } from '@proofmill/contract';
import { expect, test } from 'vitest';
import { weightsAction, weightsJob, workerObjects } from '../index.ts';
import { type Engine, jobOf, settings, stageOf } from './worker-pod.fixture.ts';

const owner = { apiVersion: 'batch/v1', kind: 'Job', name: 'one-driver', uid: 'u' };

function partsOf(model: object, engine: Engine = { model: 'm' }) {
  const job = jobOf(engine, undefined, undefined, { model });
  return { job, stage: stageOf(engine), settings, namespace: 'here', owner };
}

// biome-ignore lint/suspicious/noExplicitAny: a manifest, of which each test reads other fields.
type Manifest = any;
const podOfJob = (object: KubernetesObject | null): Manifest => (object as Manifest).spec.template.spec;
const inClaim = (huggingFace: string, more: object = {}) => ({ huggingFace, cache: { claim: 'weights' }, ...more });

test('one pod of the job fills the claim, and the workers only read it', () => {
  const parts = partsOf(inClaim('org/model', { secret: 'hub' }));
  const fetcher = podOfJob(weightsJob(parts));
  expect(fetcher.volumes).toContainEqual({ name: 'models', persistentVolumeClaim: { claimName: 'weights' } });
  const [fetch] = fetcher.containers;
  expect(fetch.command.slice(3, 5)).toEqual(['org/model', 'main']);
  expect(JSON.stringify(fetch.env)).toContain('HF_TOKEN');
  // A claim is often writable only by its group.
  expect(fetcher.securityContext.fsGroup).toBe(65532);

  const worker = podOfJob(workerObjects(parts)[1]);
  expect(worker.volumes).toContainEqual({
    name: 'models',
    persistentVolumeClaim: { claimName: 'weights', readOnly: true },
  });
  expect(worker.initContainers.map(({ name }: { name: string }) => name)).toEqual(['engine']);
  expect(worker.initContainers[0].volumeMounts).toContainEqual({
    name: 'models',
    mountPath: '/models',
    readOnly: true,
  });
  expect(JSON.stringify(worker)).not.toContain('HF_TOKEN');
  const [, , , , , folder] = fetch.command;
  expect(worker.initContainers[0].args).toContain(folder);
});

test('an end that no other attempt changes ends the Job, and of two pods one is gone before the other starts', () => {
  const { spec } = weightsJob(partsOf(inClaim('org/model'))) as Manifest;
  expect(spec).toMatchObject({ completions: 1, parallelism: 1, podReplacementPolicy: 'Failed' });
  const { rules } = spec.podFailurePolicy;
  expect(rules).toContainEqual({
    action: 'FailJob',
    onExitCodes: { containerName: 'fetch', operator: 'In', values: [2] },
  });
});

test('no two models share a folder, and no name leads out of the claim', () => {
  const folders = [
    inClaim('org/model'),
    inClaim('org-model'),
    inClaim('org/model', { revision: 'v2' }),
    inClaim('org/model', { revision: '../../etc' }),
    inClaim('../../../etc/passwd'),
  ].map((model) => podOfJob(weightsJob(partsOf(model))).containers[0].command[5]);
  expect(new Set(folders).size).toBe(folders.length);
  for (const folder of folders) expect(folder).toMatch(/^\/models\/[A-Za-z0-9-]+$/);
  expect(podOfJob(weightsJob(partsOf(inClaim('org/model', { revision: 'main' })))).containers[0].command[5]).toBe(
    folders[0],
  );
});

test('weights that each pod fetches have a bound', () => {
  const modelsOf = (model: object) =>
    podOfJob(workerObjects(partsOf(model))[1]).volumes.find(({ name }: { name: string }) => name === 'models');
  expect(modelsOf({ huggingFace: 'org/model' })).toEqual({ name: 'models', emptyDir: { sizeLimit: '256Gi' } });
  const sized = { huggingFace: 'org/model', cache: { size: '1Ti' } };
  expect(modelsOf(sized)).toEqual({ name: 'models', emptyDir: { sizeLimit: '1Ti' } });
  expect(weightsJob(partsOf(sized))).toBeNull();
});

test('nothing is fetched for an engine that is not beside its worker, or whose weights are elsewhere', () => {
  expect(weightsJob(partsOf(inClaim('org/model'), { model: 'm', baseUrl: 'simulator:' }))).toBeNull();
  expect(weightsJob(partsOf(inClaim('org/model'), { model: 'm', baseUrl: 'http://e:8000' }))).toBeNull();
  expect(weightsJob(partsOf({ claim: 'weights' }))).toBeNull();
});

const wanted = weightsJob(partsOf(inClaim('org/model'))) as KubernetesObject;
const existing = (fields: object, metadata: object = {}): KubernetesObject => ({
  ...wanted,
  ...fields,
  metadata: { ...wanted.metadata, ...metadata },
});
const ended = (type: string) => ({ status: { conditions: [{ type, status: 'True' }] } });

test.each<[string, KubernetesObject | undefined, string]>([
  ['does not exist', undefined, 'apply'],
  ['runs', existing({}), 'wait'],
  ['is being removed', existing(ended('Complete'), { deletionTimestamp: '2026-01-01T00:00:00Z' }), 'wait'],
  ['has succeeded', existing(ended('Complete')), 'ready'],
  ['has failed', existing(ended('Failed')), 'failed'],
  ['fails, while its pod ends', existing(ended('FailureTarget')), 'failed'],
  [
    'has failed for an earlier driver',
    existing(ended('Failed'), { ownerReferences: [{ ...owner, uid: 'old' }] }),
    'remove',
  ],
  ['is suspended', existing({ spec: { suspend: true } }), 'resume'],
  ['fetches another model', existing(ended('Complete'), { annotations: {} }), 'remove'],
  [
    'belongs to an earlier driver',
    existing(ended('Complete'), { ownerReferences: [{ ...owner, uid: 'old' }] }),
    'remove',
  ],
])('when the Job that fetches %s', (_, found, action) => {
  expect(weightsAction(wanted, found)).toBe(action);
});

test('what is in no object store, or may not be read there, ends the job instead of being asked for again', () => {
  const stored = weightsJob(partsOf({ s3: 's3://models/judge', cache: { claim: 'weights' } })) as KubernetesObject;
  expect((stored as Manifest).spec.podFailurePolicy.rules).toContainEqual({
    action: 'FailJob',
    onExitCodes: { containerName: 'fetch', operator: 'In', values: [2] },
  });
  expect(weightsAction(stored, { ...stored, ...ended('Failed') })).toBe('failed');
});
