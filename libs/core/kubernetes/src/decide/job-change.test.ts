import { type Job, jobSchema } from '@proofmill/contract';
import { expect, test } from 'vitest';
import { changedInPlace, changeOf } from '../index.ts';

interface Changes {
  readonly spec?: object;
  readonly engine?: object;
  readonly fleet?: object;
  readonly labels?: Record<string, string>;
}

const jobOf = ({ spec = {}, engine = {}, fleet = {}, labels = {} }: Changes = {}): Job =>
  jobSchema.parse({
    ...{ apiVersion: 'proofmill.dev/v1alpha1', kind: 'ScoringJob', metadata: { name: 'one', labels } },
    spec: {
      corpus: { uris: ['s3://b/a.jsonl'] },
      pipeline: [{ stage: 'label', judge: 'gram-r2', engine: { model: 'm', ...engine }, fleet }],
      output: { uri: 's3://b/out' },
      ...spec,
    },
  });

test.each<[string, Changes, string]>([
  ['nothing', {}, 'none'],
  ['defaults that are written out', { spec: { workers: 0, suspend: false }, fleet: { workers: 1 } }, 'none'],
  ['suspend, which the operator carries out', { spec: { suspend: true } }, 'none'],
  ['a label of its own', { labels: { team: 'a' } }, 'none'],
  ['workers', { spec: { workers: 3 } }, 'in place'],
  ['limits', { spec: { limits: { maxTokens: 5 } } }, 'in place'],
  ['the width of a stage', { fleet: { workers: 3, collectors: 2 } }, 'in place'],
  ['the rest of a fleet', { fleet: { image: 'vllm:2', engineArgs: ['--x'], takeOver: false } }, 'in place'],
  ['the queue', { labels: { 'kueue.x-k8s.io/queue-name': 'gpus' } }, 'driver'],
  ['files', { spec: { files: 'prompts' } }, 'driver'],
  ['how an engine is reached', { engine: { baseUrl: 'http://elsewhere:8000' } }, 'driver'],
])('a change of %s', (_, changes, change) => {
  expect(changeOf(jobOf(), jobOf(changes))).toBe(change);
});

test('a job that is changed in place has the width, the limits and the fleets of the change, and nothing else of it', () => {
  const started = jobOf({ engine: { baseUrl: 'http://one:8000' } });
  const changes = { spec: { workers: 3, limits: { maxTokens: 5 } }, fleet: { slots: 4 } };
  const changed = jobOf({ ...changes, engine: { baseUrl: 'http://two:8000' } });
  expect(changedInPlace(started, changed)).toEqual(jobOf({ ...changes, engine: { baseUrl: 'http://one:8000' } }));
});
