import type { KubernetesObject } from '@proofmill/contract';
import { expect, test } from 'vitest';
import { stageJobAction, surplus } from '../index.ts';

type Fields = Record<string, unknown>;

const owner = (uid: string) => ({ apiVersion: 'batch/v1', kind: 'Job', name: 'd', uid });

function job({
  spec = {},
  status = {},
  template = 't',
  uid = 'u',
  labels = {},
  going = false,
  width = 2,
  annotations = {},
}: Fields = {}): KubernetesObject {
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: 'one-label-worker',
      labels: labels as Record<string, string>,
      annotations: {
        'proofmill.dev/template': String(template),
        'proofmill.dev/width': String(width),
        ...(annotations as Record<string, string>),
      },
      ownerReferences: [owner(String(uid))],
      ...(going ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {}),
    },
    spec: { completions: 2, parallelism: 2, ...(spec as Fields) },
    status: status as Fields,
  };
}

const ended = (type: string) => ({ conditions: [{ type, status: 'True' }] });
const nothing = { pods: [], youngSince: '', mayHaveLeft: false };
const queue = { 'kueue.x-k8s.io/queue-name': 'gpus' };
const suspended = { suspend: true };
const partly = { 'kueue.x-k8s.io/job-min-parallelism': '1' };

test.each<[string, KubernetesObject | undefined, KubernetesObject, string]>([
  ['it does not exist', undefined, job(), 'apply'],
  ['it is as it should be', job(), job(), 'keep'],
  ['it has another width', job({ width: 1, spec: { completions: 1, parallelism: 1 } }), job(), 'apply'],
  ['Kueue admitted less of it', job({ spec: { parallelism: 1, completions: 1 }, labels: queue }), job(), 'keep'],
  ['it is being removed', job({ going: true, template: 'old' }), job(), 'keep'],
  ['it has another template', job({ template: 'old' }), job(), 'remove'],
  ['an earlier driver created it', job({ uid: 'old' }), job(), 'remove'],
  ['it ended although its stage is not complete', job({ status: ended('Complete') }), job(), 'remove'],
  ['a pod ended it', job({ status: ended('Failed') }), job(), 'failed'],
  ['a pod is ending it', job({ status: ended('FailureTarget') }), job(), 'failed'],
  ['it is suspended with another width', job({ width: 1, spec: suspended }), job(), 'apply'],
  ['it is suspended', job({ spec: { suspend: true } }), job(), 'resume'],
  ['it waits in a queue', job({ spec: suspended, labels: queue }), job({ labels: queue }), 'keep'],
  ['it waits in a queue that Kueue chose', job({ spec: suspended, labels: queue }), job(), 'keep'],
  ['it waits in a queue, and has another width', job({ spec: suspended, labels: queue, width: 1 }), job(), 'apply'],
  ['it runs in a queue, and has another width', job({ labels: queue, width: 1 }), job(), 'apply'],
  [
    'Kueue may have admitted less of another width',
    job({ labels: queue, annotations: partly, width: 1 }),
    job(),
    'remove',
  ],
])('when %s', (_, existing, wanted, action) => {
  expect(stageJobAction(wanted, existing, nothing)).toBe(action);
});

const group = { 'proofmill.dev/group': '0' };
const groupOf = (fields: Fields = {}): KubernetesObject => {
  const { metadata, ...rest } = job({ ...fields, labels: group });
  return { ...rest, metadata: { ...metadata, name: 'one-label-worker-0', creationTimestamp: '2026-01-01T00:10:00Z' } };
};

/** A node of the group: its worker, and the engine beside it. */
const node = (index: string, worker: Fields, engine: Fields): KubernetesObject => ({
  ...{ apiVersion: 'v1', kind: 'Pod' },
  metadata: {
    name: `one-label-worker-0-${index}`,
    labels: {
      ...{ ...group, 'batch.kubernetes.io/job-name': 'one-label-worker-0' },
      ...{ 'batch.kubernetes.io/job-completion-index': index, 'app.kubernetes.io/component': 'worker' },
    },
  },
  status: {
    containerStatuses: [{ name: 'worker', ...worker }],
    initContainerStatuses: [{ name: 'engine', ...engine }],
  },
});
const runs = { state: { running: {} }, restartCount: 0 };
const exit = (exitCode: number) => ({ state: { terminated: { exitCode } } });
/** The group was made before or after this. */
const [before, later] = ['2026-01-01T00:09:59Z', '2026-01-01T00:10:00Z'];
const alive = [node('0', runs, runs), node('1', runs, runs)];

test.each<[string, KubernetesObject, KubernetesObject[], string, string]>([
  ['all of it runs', groupOf(), alive, later, 'keep'],
  ['a node of it has failed', groupOf({ status: ended('Failed') }), alive, later, 'remove'],
  ['a node of it is failing', groupOf({ status: ended('FailureTarget') }), alive, later, 'remove'],
  [
    'the engine of a node has ended',
    groupOf(),
    [node('0', runs, runs), node('1', runs, { ...runs, restartCount: 1 })],
    later,
    'remove',
  ],
  ['it has failed a moment after it was made', groupOf({ status: ended('Failed') }), alive, before, 'keep'],
  ['it had failed so, a minute ago', groupOf({ status: ended('Failed') }), alive, later, 'remove'],
  ['its worker can never work', groupOf({ status: ended('Failed') }), [node('0', exit(2), runs)], before, 'failed'],
  ['its worker ended with 75', groupOf({ status: ended('Failed') }), [node('0', exit(75), runs)], later, 'remove'],
  [
    'another group has died',
    groupOf(),
    [{ ...node('1', runs, { restartCount: 9 }), metadata: { name: 'x', labels: group } }],
    later,
    'keep',
  ],
])('a group, when %s', (_, existing, pods, youngSince, action) => {
  expect(stageJobAction(groupOf(), existing, { ...nothing, pods, youngSince })).toBe(action);
});

test('Jobs of workers that a change of the fleet has left are removed, and no others', () => {
  const role = (component: string, stage: string) => ({
    'app.kubernetes.io/component': component,
    'proofmill.dev/stage': stage,
  });
  const named = (name: string, labels: Record<string, string>) => ({ ...job(), metadata: { name, labels } });
  const wanted = [named('one-label-worker-0', role('worker', 'label'))];
  const jobs = [
    ...wanted,
    named('one-label-worker', role('worker', 'label')),
    named('one-label-worker-1', role('worker', 'label')),
    named('one-label-collector', role('collector', 'label')),
    named('one-prove-worker', role('worker', 'prove')),
    named('one-driver', {}),
  ];
  const removed = surplus(jobs, wanted).map((action) => (action.do === 'remove' ? action.ref.name : action.do));
  expect(removed).toEqual(['one-label-worker', 'one-label-worker-1']);
});

test('workers that have all left, as nothing is left for them, are not created again', () => {
  expect(stageJobAction(job(), job({ status: ended('Complete') }), { ...nothing, mayHaveLeft: true })).toBe('keep');
  expect(stageJobAction(job(), job({ status: ended('Failed') }), { ...nothing, mayHaveLeft: true })).toBe('failed');
  expect(stageJobAction(job(), undefined, { ...nothing, mayHaveLeft: true })).toBe('apply');
});
