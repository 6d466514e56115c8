import { jobStatusSchema } from '@proofmill/contract';
import { describe, expect, test } from 'vitest';
import { type DrivenParts, drivenStatus, rateOf, type Sample, withSample, workersOf } from '../index.ts';

const at = '2026-01-01T00:00:00Z';
const label = { name: 'label', run: 'r1', done: 40, total: 640, failed: 2 };

const statusOf = (parts: Partial<DrivenParts> = {}) =>
  drivenStatus({
    ...{ output: 's3://b/out', stageCount: 1, stages: [label], recordsPerSecond: 3 },
    workers: { ready: 1, existing: 2, wanted: 2 },
    ...{ trouble: null, waiting: null, ahead: null, notice: null, end: null, before: null, at },
    ...parts,
  });

const condition = (status: ReturnType<typeof statusOf>, type: string) =>
  status.conditions.find((one) => one.type === type);

describe('the status of a driver', () => {
  test('says how far the job is, how fast, and until when', () => {
    const status = statusOf();
    expect(jobStatusSchema.parse(status)).toEqual(status);
    expect(status).toMatchObject({
      ...{ phase: 'Running', stage: 'label', done: 40, total: 640, failed: 2, workers: '1/2', replicas: 2 },
      ...{ recordsPerSecond: 3, rate: '3.0/s', etaSeconds: 200, eta: '3m20s' },
      message: 'label: 40 of 640 records are done',
    });
  });

  test.each([
    [7200 * 3, 3, '2h00m'],
    [30, 3, '10s'],
  ])('%i records at %i a second take %s', (left, recordsPerSecond, eta) => {
    expect(statusOf({ stages: [{ ...label, done: 0, total: left }], recordsPerSecond }).eta).toBe(eta);
  });

  test('is Planning until a record is done, their number is known, or workers are wanted', () => {
    const stages = [{ ...label, done: 0, total: null }];
    expect(statusOf({ stages, workers: null })).toMatchObject({ phase: 'Planning', rate: '', eta: '' });
    expect(statusOf({ stages })).toMatchObject({ phase: 'Running', workers: '1/2' });
    expect(statusOf({ stages: [] })).toMatchObject({ phase: 'Planning', stage: null });
    expect(statusOf({ stages: [{ ...label, done: 1, total: null }] })).toMatchObject({ phase: 'Running', eta: '' });
  });

  test('is Stalled by trouble, whose sentence replaces notices, and whose transition time does not change', () => {
    const trouble = { reason: 'ImagePull', message: 'no image' };
    const stalled = statusOf({ trouble, notice: 'waiting, and trying again' });
    expect(stalled).toMatchObject({ phase: 'Running', message: 'no image' });
    const first = condition(stalled, 'Stalled');
    expect(first).toEqual({ type: 'Stalled', status: 'True', lastTransitionTime: at, ...trouble });
    const later = statusOf({ trouble, before: stalled, at: '2027-01-01T00:00:00Z' });
    expect(condition(later, 'Stalled')).toEqual(first);
    const over = statusOf({ before: later, at: '2028-01-01T00:00:00Z' });
    expect(condition(over, 'Stalled')).toMatchObject({ status: 'False', lastTransitionTime: '2028-01-01T00:00:00Z' });
  });

  test('is Queued while Kueue holds its workers back, which is no stall', () => {
    const waiting = 'one-label-worker waits in the queue gpus until Kueue admits it: no quota';
    const queued = statusOf({
      waiting,
      workers: { ready: 0, existing: 0, wanted: 2 },
      notice: 'nothing has finished for a minute',
    });
    expect(jobStatusSchema.parse(queued)).toEqual(queued);
    expect(queued).toMatchObject({ phase: 'Queued', message: waiting, workers: '0/2', done: 40, rate: '', eta: '' });
    expect(condition(queued, 'Queued')).toMatchObject({ status: 'True', message: waiting });
    expect(condition(queued, 'Stalled')?.status).toBe('False');
    // Even while the rest of the plan is still being written.
    const early = { ...label, done: 0, total: null };
    expect(statusOf({ waiting, stages: [early] }).phase).toBe('Queued');
    const end = { phase: 'Suspended', message: 'so' } as const;
    expect(statusOf({ waiting, end })).toMatchObject({ phase: 'Suspended', message: 'so' });
    expect(condition(statusOf({ before: queued }), 'Queued')).toMatchObject({ status: 'False', message: '' });
    expect(condition(statusOf(), 'Queued'), 'a job that never waited').toBeUndefined();
  });

  test.each([
    ['Succeeded', 'Complete'],
    ['LimitReached', 'Failed'],
    ['Failed', 'Failed'],
    ['Suspended', 'Suspended'],
  ] as const)('%s is the condition %s', (phase, type) => {
    const status = statusOf({ end: { phase, message: 'so' }, trouble: { reason: 'X', message: 'old' } });
    expect(status).toMatchObject({ phase, message: 'so', rate: '', eta: '' });
    expect(status.conditions.filter((one) => one.status === 'True').map((one) => one.type)).toEqual([type]);
  });
});

describe('the rate', () => {
  const sampled = (...samples: Sample[]) => samples.reduce(withSample, [] as Sample[]);

  test('is that of the last half minute', () => {
    const samples = Array.from({ length: 100 }, (_, second) => ({
      atMs: second * 1000,
      records: second < 50 ? second : 50 + (second - 50) * 10,
    }));
    expect(rateOf(sampled(...samples))).toBe(10);
  });

  test('starts with the first progress, and is unknown until then', () => {
    expect(rateOf(sampled({ atMs: 0, records: 0 }, { atMs: 60_000, records: 0 }))).toBeNull();
    expect(rateOf(sampled({ atMs: 0, records: 0 }, { atMs: 60_000, records: 0 }, { atMs: 61_000, records: 5 }))).toBe(
      5,
    );
  });
});

test('a worker is ready when all of its containers are, and exists until it has ended', () => {
  const pod = (component: string, stage: string, ready: 'True' | 'False', phase = 'Running') => ({
    ...{ apiVersion: 'v1', kind: 'Pod' },
    metadata: { name: 'p', labels: { 'app.kubernetes.io/component': component, 'proofmill.dev/stage': stage } },
    status: { phase, conditions: [{ type: 'Ready', status: ready }] },
  });
  const pods = [
    pod('worker', 'label', 'True'),
    pod('worker', 'label', 'False'),
    pod('worker', 'label', 'False', 'Failed'),
    pod('worker', 'prove', 'True'),
    pod('collector', 'label', 'True'),
  ];
  expect(workersOf(pods, 'label')).toEqual({ ready: 1, existing: 2 });
});
