import type { KubernetesObject } from '@proofmill/contract';
import { expect, test } from 'vitest';
import { stageJobAction } from '../index.ts';

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
  expect(stageJobAction(wanted, existing)).toBe(action);
});

test('workers that have all left, as nothing is left for them, are not created again', () => {
  expect(stageJobAction(job(), job({ status: ended('Complete') }), true)).toBe('keep');
  expect(stageJobAction(job(), job({ status: ended('Failed') }), true)).toBe('failed');
  expect(stageJobAction(job(), undefined, true)).toBe('apply');
});
