import { expect, test } from 'vitest';
import { jobSchema, parseTolerantly } from './index.ts';

const jobOf = (engine: object = {}, more: object = {}, fleet: object = {}) => ({
  ...{ apiVersion: 'proofmill.dev/v1alpha1', kind: 'ScoringJob', metadata: { name: 'one' } },
  spec: {
    corpus: { uris: ['pairs.jsonl'] },
    pipeline: [{ stage: 'label', judge: 'gram-r2', engine: { model: 'm', ...engine }, fleet }],
    output: { uri: 'out' },
    ...more,
  },
});

test('a known object is read as it is', () => {
  expect(parseTolerantly(jobSchema, jobOf())).toEqual({ value: jobSchema.parse(jobOf()), unknown: [] });
});

test('fields of a later version are left out and named, at every depth', () => {
  const given = jobOf({ quota: { a: 1 } }, { later: true }, { model: { claim: 'weights', mode: 'ro' } });
  const before = structuredClone(given);
  expect(parseTolerantly(jobSchema, given)).toEqual({
    value: jobSchema.parse(jobOf({}, {}, { model: { claim: 'weights' } })),
    unknown: expect.arrayContaining([
      'spec.pipeline[0].engine.quota',
      'spec.pipeline[0].fleet.model.mode',
      'spec.later',
    ]),
  });
  expect(given).toEqual(before);
});

test('a known field with a wrong value is refused all the same', () => {
  const read = parseTolerantly(jobSchema, jobOf({ model: 5, quota: 1 }));
  expect(read).toMatchObject({ issues: [{ path: ['spec', 'pipeline', 0, 'engine', 'model'] }] });
});
