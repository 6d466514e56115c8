import { type JobStatus, outcomesSetAside } from '@proofmill/contract';
import { describe, expect, it, test } from 'vitest';
import { blankStatus } from './blank-status.ts';
import { eventsBetween } from './status-events.ts';

type Fields = Partial<JobStatus>;

const condition = (type: string, reason: string, message: string) => ({
  ...{ type, status: 'True', reason, message },
  lastTransitionTime: '2026-01-01T00:00:00Z',
});
const statusOf = (fields: Fields): JobStatus => ({
  ...blankStatus('s3://b/out'),
  message: 'm',
  stage: 'label',
  ...fields,
});
const between = (before: Fields | null, after: Fields): string[] =>
  eventsBetween(before && statusOf(before), statusOf(after)).map(
    ({ type, reason, message }) => `${type} ${reason}: ${message}`,
  );

test.each<[Fields | null, Fields, string[]]>([
  [null, { phase: 'Pending' }, []],
  [{ phase: 'Pending' }, { phase: 'Planning' }, ['Normal Planning: m']],
  [{ phase: 'Planning' }, { phase: 'Running' }, ['Normal Running: m']],
  [{ phase: 'Running' }, { phase: 'Running', done: 5 }, []],
  [{ phase: 'Running' }, { phase: 'Suspended' }, ['Normal Suspended: m']],
  [{ phase: 'Suspended' }, { phase: 'Pending' }, ['Normal Resumed: m']],
  [{ phase: 'Running' }, { phase: 'Pending' }, ['Warning Restarting: m']],
  [{ phase: 'Running' }, { phase: 'Succeeded' }, ['Normal Completed: m']],
  [{ phase: 'Running' }, { phase: 'LimitReached' }, ['Warning LimitReached: m']],
  [null, { phase: 'Failed', conditions: [condition('Failed', 'OutputTaken', 'm')] }, ['Warning OutputTaken: m']],
  [
    { phase: 'Running' },
    { phase: 'Failed', conditions: [condition('Failed', 'DeadlineExceeded', 'm')] },
    ['Warning DeadlineExceeded: m'],
  ],
])('from %j to %j: %j', (before, after, events) => {
  expect(between(before, after)).toEqual(events);
});

it('outcomes that collectors set aside are an event for each sentence about them', () => {
  const first = { message: `stage label: ${outcomesSetAside} 00000:3, because it is no outcome. ..` };
  const tenth = {
    message: `stage label: ${outcomesSetAside} 00000:9, because it is no outcome (10 outcomes so far). ..`,
  };
  expect(between({ message: '5 of 10' }, first)).toEqual([`Warning OutcomesQuarantined: ${first.message}`]);
  expect(between(first, first)).toEqual([]);
  expect(between(first, tenth)).toEqual([`Warning OutcomesQuarantined: ${tenth.message}`]);
});

describe('a stall', () => {
  const pulling = { phase: 'Running', conditions: [condition('Stalled', 'ImagePull', '2 of 2 workers cannot run')] };
  const fewer = { phase: 'Running', conditions: [condition('Stalled', 'ImagePull', '1 of 2 workers cannot run')] };
  const full = { phase: 'Running', conditions: [condition('Stalled', 'Unschedulable', 'no node has room')] };

  it('is one event when it begins, one when its reason changes, and one when it ends', () => {
    expect(between({ phase: 'Running' }, pulling)).toEqual(['Warning Stalled: 2 of 2 workers cannot run']);
    expect(between(pulling, fewer)).toEqual([]);
    expect(between(fewer, full)).toEqual(['Warning Stalled: no node has room']);
    expect(between(full, { phase: 'Running', message: '5 of 10' })).toEqual([
      'Normal Recovered: no longer stalled: 5 of 10',
    ]);
  });

  it('that ends with the job has not recovered', () => {
    const end = { phase: 'Failed', completionTime: '2026-01-01T00:00:00Z' };
    expect(between(full, end)).toEqual(['Warning Failed: m']);
  });
});

test('a refused change is told once, and another one again', () => {
  const refusal = (what: string): Fields => ({
    phase: 'Running',
    message: `the change is refused, and the job continues as it was: ${what}`,
  });
  expect(between({ phase: 'Running' }, refusal('a'))).toEqual([expect.stringMatching(/^Warning ChangeRefused: .* a$/)]);
  expect(between(refusal('a'), { ...refusal('a'), done: 7 })).toEqual([]);
  expect(between(refusal('a'), refusal('b'))).toHaveLength(1);
});

describe('failed records', () => {
  const at = (failed: number, done: number, stage = 'label'): Fields => ({ phase: 'Running', failed, done, stage });

  it('are told as their share passes 1, 5 and 25 %, each once', () => {
    expect(between(at(9, 100), at(10, 110))).toEqual([
      'Warning RecordsFailing: label: 10 of 110 records have failed (9.1 %)',
    ]);
    expect(between(at(10, 2000), at(19, 2000))).toEqual([]);
    expect(between(at(19, 2000), at(20, 2000))).toHaveLength(1);
    expect(between(at(20, 2000), at(90, 2000))).toEqual([]);
    expect(between(at(90, 2000), at(100, 2000))).toHaveLength(1);
    expect(between(at(100, 2000), at(1000, 2000))).toHaveLength(1);
  });

  it('are told once for each stage, also when a share falls and rises', () => {
    expect(between(at(1000, 2000), at(30, 2000, 'prove'))).toHaveLength(1);
    expect(between(at(20, 2000), at(20, 2500))).toEqual([]);
  });

  it('are no event where fewer than ten have failed', () => {
    expect(between(at(0, 0), at(9, 9))).toEqual([]);
  });
});
