import { type Job, jobSchema } from '@proofmill/contract';
import { expect, test } from 'vitest';
import { queueAnnotations, waitingReason } from './queue.ts';

const least = 'kueue.x-k8s.io/job-min-parallelism';
const equal = 'kueue.x-k8s.io/job-completions-equal-parallelism';

const jobOf = (annotations: Record<string, string>): Job =>
  jobSchema.parse({
    ...{ apiVersion: 'proofmill.dev/v1alpha1', kind: 'ScoringJob', metadata: { name: 'one', annotations } },
    spec: {
      corpus: { uris: ['a.jsonl'] },
      pipeline: [{ stage: 'label', judge: 'gram-r2', engine: { model: 'm' } }],
      output: { uri: 'out' },
    },
  });

test.each([
  ['of Kueue, and no others', { 'kueue.x-k8s.io/other': 'x', mine: 'y' }, 4, { 'kueue.x-k8s.io/other': 'x' }],
  [
    'by which fewer may be admitted, and their completions follow',
    { [least]: '1' },
    4,
    { [equal]: 'true', [least]: '1' },
  ],
  ['as the job has them', { [least]: '1', [equal]: 'false' }, 4, { [equal]: 'false', [least]: '1' }],
  ['without a minimum that is the whole width, which Kueue refuses', { [least]: '2' }, 2, {}],
])('the workers of a job get the annotations %s', (_, annotations, width, wanted) => {
  expect(queueAnnotations(jobOf(annotations), width)).toEqual(wanted);
});

test.each([
  [
    'what it says of the quota',
    { conditions: [{ type: 'QuotaReserved', status: 'False', message: 'no quota' }] },
    'no quota',
  ],
  [
    'the checks that are not ready, where there is quota',
    {
      conditions: [{ type: 'QuotaReserved', status: 'True', message: 'reserved' }],
      admissionChecks: [
        { name: 'a', state: 'Ready', message: 'x' },
        { name: 'b', state: 'Pending', message: 'no node yet' },
        { name: 'c', state: 'Retry', message: '' },
      ],
    },
    'waiting for no node yet, c',
  ],
  ['nothing, where it says nothing', {}, null],
])('why Kueue does not admit a Job is %s', (_, status, reason) => {
  const workload = { apiVersion: 'kueue.x-k8s.io/v1beta2', kind: 'Workload', metadata: { name: 'w' }, status };
  expect(waitingReason([workload])).toBe(reason);
  expect(waitingReason([])).toBeNull();
});
