import type { KubernetesObject } from '@proofmill/contract';
import { expect, test } from 'vitest';
import { workersOf, troubleOf, workerObjects } from '../index.ts';
import { type Engine, jobOf, settings, stageOf } from './worker-pod.fixture.ts';

const beside = { model: 'm' };

function objectsOf(fleet: object, engine: Engine = beside): readonly KubernetesObject[] {
  const owner = { apiVersion: 'batch/v1', kind: 'Job', name: 'one-driver', uid: 'u' };
  const job = jobOf(engine, undefined, undefined, fleet);
  return workerObjects({ job, stage: stageOf(engine), settings, namespace: 'here', owner });
}

const twoNodes = { workers: 2, gpusPerWorker: 8, nodesPerWorker: 2 };
// biome-ignore lint/suspicious/noExplicitAny: a manifest, of which each test reads other fields.
const specOf = (object: KubernetesObject | undefined): any => object?.spec;

test('an engine of several nodes is a Job of its own, with a pod on each node, which is done when the first one is', () => {
  const [stageFile, service, first, second, ...more] = objectsOf(twoNodes);
  expect(more).toEqual([]);
  expect([stageFile?.kind, service?.kind]).toEqual(['ConfigMap', 'Service']);
  for (const [index, group] of [first, second].entries()) {
    expect(group?.metadata.name).toBe(`one-label-worker-${index}`);
    expect(group?.metadata.labels?.['proofmill.dev/group']).toBe(String(index));
    expect(specOf(group)).toMatchObject({
      ...{ completions: 2, parallelism: 2, completionMode: 'Indexed', backoffLimit: 0 },
      successPolicy: { rules: [{ succeededIndexes: '0' }] },
    });
    expect(specOf(group)).not.toHaveProperty('podFailurePolicy');
  }
});

test('its nodes find each other by a headless Service, also before they are ready', () => {
  const [, service, group] = objectsOf(twoNodes);
  expect(specOf(service)).toMatchObject({ clusterIP: 'None', publishNotReadyAddresses: true });
  const { metadata, spec } = specOf(group).template;
  expect(metadata.labels).toMatchObject(specOf(service).selector);
  expect(spec.subdomain).toBe(service?.metadata.name);
  // The name of a Service begins with a letter, and may not be as long as that of other objects.
  expect(service?.metadata.name).toMatch(/^[a-z][a-z0-9-]{0,62}$/);
  const [engine] = spec.initContainers;
  expect(engine.args.join(' ')).toContain(
    `--nnodes 2 --node-rank $(JOB_COMPLETION_INDEX) --master-addr one-label-worker-0-0.${service?.metadata.name}`,
  );
  expect(engine.args.slice(-4)).toEqual(['--tensor-parallel-size', '8', '--pipeline-parallel-size', '2']);
});

test('only the first node has a server and a worker that works; the others are as ready as their process', () => {
  const [, , group] = objectsOf(twoNodes);
  const { initContainers, containers } = specOf(group).template.spec;
  const [engine] = initContainers;
  const [, , start] = engine.command;
  expect(start).toContain('os.environ["JOB_COMPLETION_INDEX"]');
  expect(start).toContain('[] if rank == "0" else ["--headless"]');
  const [, , probe] = engine.startupProbe.exec.command;
  expect(probe).toMatch(/if os\.environ\["JOB_COMPLETION_INDEX"\] != "0":\n {4}sys\.exit\(0\)/);
  const [worker] = containers;
  expect(worker.args.join(' ')).toContain('--node-rank $(JOB_COMPLETION_INDEX)');
});

test('an engine of one node is as it was: one Job for all workers', () => {
  for (const fleet of [{}, { nodesPerWorker: 1 }]) {
    const text = JSON.stringify(objectsOf(fleet));
    expect(objectsOf(fleet).map(({ kind }) => kind)).toEqual(['ConfigMap', 'Job']);
    expect(text).not.toMatch(/node-rank|nnodes|headless|subdomain|proofmill.dev\/group/);
  }
});

test('simulators stand in for an engine of several nodes', () => {
  const [, , group] = objectsOf(twoNodes, { model: 'm', baseUrl: 'simulator:' });
  expect(specOf(group).template.spec).toMatchObject({
    initContainers: [{ name: 'engine' }],
    subdomain: 'nodes-one-label',
  });
});

test.each(['--nnodes', '--node-rank=1', '--master-addr', '--headless', '--node_rank'])(
  'a job does not say where its nodes are: %s',
  (argument) => {
    expect(() => objectsOf({ ...twoNodes, engineArgs: [argument] })).toThrow('set fleet.nodesPerWorker');
  },
);

const nodePod = (group: string, index: string, more: object = {}): KubernetesObject => ({
  ...{ apiVersion: 'v1', kind: 'Pod' },
  metadata: {
    name: `w-${group}-${index}`,
    labels: {
      ...{ 'app.kubernetes.io/component': 'worker', 'proofmill.dev/stage': 'label', 'proofmill.dev/group': group },
      'batch.kubernetes.io/job-completion-index': index,
    },
  },
  status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
  ...more,
});

test('a worker counts once, whatever nodes its engine has, and is ready when the first of them is', () => {
  const pods = [nodePod('0', '0'), nodePod('0', '1'), nodePod('1', '1')];
  expect(workersOf(pods, 'label').ready).toBe(1);
});

test('the trouble of a node is not hidden by a node of another worker', () => {
  const conditions = [{ type: 'PodScheduled', status: 'False', message: 'full' }];
  const pods = [nodePod('0', '1', { status: { conditions } }), nodePod('1', '1')];
  expect(troubleOf(pods, [])?.message).toBe('1 of 2 nodes of workers cannot run: no node has room for its pod: full');
});
