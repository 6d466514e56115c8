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
}: Fields = {}): KubernetesObject {
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: 'one-label-worker',
      labels: labels as Record<string, string>,
      annotations: { 'proofmill.dev/template': String(template) },
      ownerReferences: [owner(String(uid))],
      ...(going ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {}),
    },
    spec: { completions: 2, parallelism: 2, ...(spec as Fields) },
    status: status as Fields,
  };
}

const ended = (type: string) => ({ conditions: [{ type, status: 'True' }] });
const queue = { 'kueue.x-k8s.io/queue-name': 'gpus' };

test.each<[string, KubernetesObject | undefined, KubernetesObject, string]>([
  ['it does not exist', undefined, job(), 'apply'],
  ['it is as it should be', job(), job(), 'keep'],
  ['it has another width', job({ spec: { completions: 1, parallelism: 1 } }), job(), 'apply'],
  ['Kueue admitted less of it', job({ spec: { parallelism: 1 } }), job(), 'keep'],
  ['it is being removed', job({ going: true, template: 'old' }), job(), 'keep'],
  ['it has another template', job({ template: 'old' }), job(), 'remove'],
  ['an earlier driver created it', job({ uid: 'old' }), job(), 'remove'],
  ['it ended although its stage is not complete', job({ status: ended('Complete') }), job(), 'remove'],
  ['a pod ended it', job({ status: ended('Failed') }), job(), 'failed'],
  ['a pod is ending it', job({ status: ended('FailureTarget') }), job(), 'failed'],
  ['it is suspended with another width', job({ spec: { suspend: true, completions: 1 } }), job(), 'apply'],
  ['it is suspended', job({ spec: { suspend: true } }), job(), 'resume'],
  ['it waits in a queue', job({ spec: { suspend: true }, labels: queue }), job({ labels: queue }), 'keep'],
])('when %s', (_, existing, wanted, action) => {
  expect(stageJobAction(wanted, existing)).toBe(action);
});
