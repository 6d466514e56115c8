import type { KubernetesObject } from '@proofmill/contract';
import { describe, expect, it, test } from 'vitest';
import { outputProblems, placeOf } from './output-holders.ts';

interface JobFields {
  readonly at?: number;
  readonly status?: object;
}

const job = (name: string, uri: string, { at = 0, status = {} }: JobFields = {}): KubernetesObject => ({
  ...{ apiVersion: 'proofmill.dev/v1alpha1', kind: 'ScoringJob' },
  metadata: { name, uid: `uid-${name}`, creationTimestamp: `2026-01-01T00:00:0${at}Z` },
  spec: { output: { uri } },
  status,
});
const driver = (name: string): KubernetesObject => ({
  ...{ apiVersion: 'batch/v1', kind: 'Job' },
  metadata: {
    name: `${name}-driver`,
    ownerReferences: [{ apiVersion: 'proofmill.dev/v1alpha1', kind: 'ScoringJob', name, uid: `uid-${name}` }],
  },
});
const refused = (jobs: readonly KubernetesObject[], drivers: readonly KubernetesObject[] = []): string[] =>
  [...outputProblems(jobs, drivers).keys()].toSorted();

test.each([
  ['s3://b/out', 's3://b/out/'],
  ['s3://b', 's3://b/'],
  ['/a b/out', 'file:///a%20b/out/'],
  ['/a/out', '/a/x/..//./out'],
  ['out', '/etc/proofmill/job/out/'],
])('%s and %s are one place', (left, right) => {
  expect(placeOf(left)).toBe(placeOf(right));
});

test.each([
  ['s3://b/out', 's3://b/out2'],
  ['s3://b/out', 's3://c/out'],
  ['s3://b/out', '/b/out'],
  ['s3://b/a%20b', 's3://b/a b'],
  ['file:///a%', '/a'],
])('%s and %s are two', (left, right) => {
  expect(placeOf(left)).not.toBe(placeOf(right));
  expect(refused([job('a', left), job('b', right)])).toEqual([]);
});

describe('of ScoringJobs with one output', () => {
  it('the younger one is refused, with the name of the other', () => {
    const jobs = [job('young', 's3://b/out/', { at: 2 }), job('old', 's3://b/out', { at: 1 })];
    expect(outputProblems(jobs, [])).toEqual(
      new Map([
        [
          'young',
          'the output s3://b/out/ is that of the ScoringJob old, which came first: submit this job with an output of its own, or delete old, and it starts',
        ],
      ]),
    );
  });

  it('created in the same second, the one whose name comes first begins', () => {
    expect(refused([job('two', 's3://b/out'), job('one', 's3://b/out')])).toEqual(['two']);
  });

  it('one that lies inside another, or around it, is refused too', () => {
    const inside = outputProblems([job('old', 's3://b/out'), job('young', 's3://b/out/more/x', { at: 1 })], []);
    expect(inside.get('young')).toContain('is inside s3://b/out, that of the ScoringJob old');
    const around = outputProblems([job('old', 's3://b/out/x'), job('young', 's3://b', { at: 1 })], []);
    expect(around.get('young')).toContain('contains s3://b/out/x, that of the ScoringJob old');
  });

  it.each([
    ['its driver exists', {}, [driver('young')]],
    ['it has succeeded', { phase: 'Succeeded' }, []],
    ['it has planned', { phase: 'Failed', stages: [{}] }, []],
  ])('the one that has begun keeps it, although it is younger: %s', (_name, status, drivers) => {
    const jobs = [job('old', 's3://b/out', { at: 1 }), job('young', 's3://b/out', { at: 2, status })];
    expect(refused(jobs, drivers)).toEqual(['old']);
  });

  it('none of those that have begun is refused', () => {
    const jobs = [job('old', 's3://b/out'), job('young', 's3://b/out', { at: 1 })];
    expect(refused(jobs, [driver('old'), driver('young')])).toEqual([]);
  });

  it('one that is refused keeps no other from its output', () => {
    const jobs = [
      job('first', 's3://b/a/x'),
      job('second', 's3://b/a', { at: 1 }),
      job('third', 's3://b/a/y', { at: 2 }),
    ];
    expect(refused(jobs)).toEqual(['second']);
    // The first is gone, and the third has begun meanwhile.
    expect(refused(jobs.slice(1), [driver('third')])).toEqual(['second']);
    expect(refused(jobs.slice(1, 2))).toEqual([]);
  });

  it('one that has no output that can be read is left out', () => {
    expect(refused([{ ...job('a', 'x'), spec: {} }, job('b', 's3://b/out')])).toEqual([]);
  });
});
