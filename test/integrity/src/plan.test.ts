import { expect, test } from 'vitest';
import { allKinds, isEngineFault } from './kinds.ts';
import { planOf } from './plan.ts';

const plan = planOf({ seed: 7, faults: 200, hasS3: true });
const faults = plan.flatMap((job) => job.faults);

test('the same seed gives the same plan, another one another', () => {
  expect(planOf({ seed: 7, faults: 200, hasS3: true })).toEqual(plan);
  expect(planOf({ seed: 8, faults: 200, hasS3: true })).not.toEqual(plan);
});

test('there are as many faults as asked for, of every kind about as many', () => {
  expect(faults).toHaveLength(200);
  const counts = allKinds.map((kind) => faults.filter((fault) => fault.kind === kind).length);
  expect(Math.min(...counts)).toBeGreaterThanOrEqual(6);
  expect(Math.max(...counts)).toBeLessThanOrEqual(10);
});

test('a job has six faults at most, in order, two of them of its engine at most', () => {
  for (const job of plan) {
    expect(job.faults.length).toBeLessThanOrEqual(6);
    expect(job.faults.filter(({ kind }) => isEngineFault(kind)).length).toBeLessThanOrEqual(2);
    const moments = job.faults.map(({ at }) => at);
    expect(moments).toEqual([...moments].sort((a, b) => a - b));
    for (const { at, copyAt } of job.faults) expect(copyAt ?? 0).toBeLessThanOrEqual(at);
  }
});

test('half of the jobs lie in an object store, and only these see it swallow answers', () => {
  expect(plan.filter(({ place }) => place === 's3').length).toBe(Math.floor(plan.length / 2));
  const swallowing = plan.filter((job) => job.faults.some(({ kind }) => kind === 's3 swallows'));
  expect(swallowing.length).toBeGreaterThan(0);
  expect(swallowing.every(({ place }) => place === 's3')).toBe(true);
});

test('without an object store there are no faults of one', () => {
  const without = planOf({ seed: 7, faults: 60, hasS3: false });
  expect(without.flatMap((job) => job.faults)).toHaveLength(60);
  expect(without.every(({ place }) => place === 'folder')).toBe(true);
});
