import type { Clock, KubernetesObject } from '@proofmill/contract';
import { expect, test } from 'vitest';
import { kubernetesInMemory } from '../kubernetes-in-memory.fixture.ts';
import { podEvents } from './pod-events.ts';

const condition = (type: string, status: string) => ({ type, status });
const podOf = (name: string, status: object): KubernetesObject => ({
  ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name, uid: name } },
  status,
});
const scheduled = condition('PodScheduled', 'True');
const mounting = podOf('mounting', { phase: 'Pending', conditions: [scheduled] });
const running = podOf('running', { phase: 'Running', conditions: [scheduled] });
const unscheduled = podOf('unscheduled', { phase: 'Pending', conditions: [condition('PodScheduled', 'False')] });
const jobOf = (parallelism: number, status: object, spec: object = {}): KubernetesObject => ({
  ...{ apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'job', uid: 'job' }, status },
  spec: { parallelism, ...spec },
});
const whole = jobOf(1, { active: 1 });

const event = (name: string, uid: string, more: object): KubernetesObject => ({
  ...{ apiVersion: 'v1', kind: 'Event', metadata: { name }, type: 'Warning' },
  involvedObject: { kind: 'Pod', uid },
  ...more,
});

function scene() {
  const kubernetes = kubernetesInMemory();
  const time = { nowMs: 0 };
  const clock: Clock = { now: () => time.nowMs, sleep: async () => undefined };
  kubernetes.put(event('of the pod', 'mounting', { reason: 'FailedMount' }));
  kubernetes.put(event('of the job', 'job', { reason: 'FailedCreate', involvedObject: { kind: 'Job', uid: 'job' } }));
  kubernetes.put(event('of another', 'else', { reason: 'FailedCreate', involvedObject: { kind: 'Job', uid: 'else' } }));
  kubernetes.put(event('no warning', 'mounting', { type: 'Normal' }));
  const events = podEvents(kubernetes, clock);
  const namesAt = async (nowMs: number, jobs: KubernetesObject[], pods: KubernetesObject[]): Promise<string[]> => {
    time.nowMs = nowMs;
    return (await events.about(jobs, pods)).map(({ metadata }) => metadata.name);
  };
  return { kubernetes, events, namesAt };
}

test.each([
  ['pods that run', [whole], [running]],
  ['pods whose own status says why they wait', [whole], [unscheduled]],
  ['a suspended Job', [jobOf(1, {}, { suspend: true })], []],
  ['a Job that has ended', [jobOf(1, { conditions: [condition('Complete', 'True')] })], []],
])('no event is asked for about %s', async (_what, jobs, pods) => {
  const { kubernetes, namesAt } = scene();
  await namesAt(0, jobs, pods);
  expect(await namesAt(60_000, jobs, pods)).toEqual([]);
  expect(kubernetes.requests).toEqual([]);
});

test('after a moment, events are asked for about Jobs without pods, and pods that are being set up; then more and more seldom', async () => {
  const { kubernetes, events, namesAt } = scene();
  const jobs = [jobOf(2, { active: 1 })];
  expect(await namesAt(0, jobs, [mounting])).toEqual([]);
  expect(kubernetes.requests).toEqual([]);
  expect((await namesAt(3_000, jobs, [mounting])).toSorted()).toEqual(['of the job', 'of the pod']);
  expect(kubernetes.requests).toHaveLength(2);
  expect(await namesAt(8_999, jobs, [mounting])).toHaveLength(2);
  expect(kubernetes.requests).toHaveLength(2);
  await namesAt(9_000, jobs, [mounting]);
  await namesAt(20_999, jobs, [mounting]);
  expect(kubernetes.requests).toHaveLength(4);
  await namesAt(21_000, jobs, [mounting]);
  expect(kubernetes.requests).toHaveLength(6);
  events.forget();
  expect(await namesAt(21_500, jobs, [mounting])).toEqual([]);
});
