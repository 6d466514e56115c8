import type { KubernetesObject } from '@proofmill/contract';
import { ConfigurationError } from '@proofmill/contract';
import { expect, test } from 'vitest';
import { kubernetesInMemory } from '../kubernetes-in-memory.fixture.ts';
import { eventRecorder } from './event-recorder.ts';

const resource: KubernetesObject = {
  ...{ apiVersion: 'proofmill.dev/v1alpha1', kind: 'ScoringJob' },
  metadata: { name: 'one', namespace: 'here', uid: 'uid-1', resourceVersion: '7' },
};
const stalled = (message: string) => ({ type: 'Warning', reason: 'Stalled', message }) as const;

function scene() {
  const kubernetes = kubernetesInMemory();
  const clock = { nowMs: 0, now: () => clock.nowMs, sleep: async () => undefined };
  const reported: string[] = [];
  const recorder = (identity: string) => {
    const { record } = eventRecorder({ clock, identity, report: (sentence) => reported.push(sentence) });
    return {
      record: (object: KubernetesObject, events: Parameters<typeof record>[2], at: string) =>
        record(kubernetes, object, events, at),
    };
  };
  const events = () => Object.values(kubernetes.all('Event'));
  return { kubernetes, clock, reported, recorder, events };
}

test('an event is about the ScoringJob, in the words of core/v1', async () => {
  const { recorder, events } = scene();
  await recorder('pod-1').record(resource, [stalled(`no image\u001b[2J ${'x'.repeat(2000)}`)], '2026-01-01T00:00:00Z');
  expect(events()).toEqual([
    expect.objectContaining({
      metadata: expect.objectContaining({ name: expect.stringMatching(/^one\.[0-9a-f]{16}$/), namespace: 'here' }),
      involvedObject: {
        ...{ apiVersion: 'proofmill.dev/v1alpha1', kind: 'ScoringJob' },
        name: 'one',
        namespace: 'here',
        uid: 'uid-1',
      },
      ...{ type: 'Warning', reason: 'Stalled', count: 1, reportingInstance: 'pod-1' },
      ...{ firstTimestamp: '2026-01-01T00:00:00Z', lastTimestamp: '2026-01-01T00:00:00Z' },
      message: expect.stringMatching(/^no image\\u001b\[2J x{900,} \.\.$/),
    }),
  ]);
});

test('a job that goes back and forth has one event of a reason, which counts all of it and is written rarely', async () => {
  const { kubernetes, clock, recorder, events } = scene();
  const { record } = recorder('pod-1');
  for (let second = 0; second < 60; second += 1) {
    clock.nowMs = second * 1000;
    await record(resource, [stalled(`${second}`)], `2026-01-01T00:00:${String(second).padStart(2, '0')}Z`);
  }
  expect(events()).toHaveLength(1);
  expect(events()[0]).toMatchObject({ count: 51, message: '50', firstTimestamp: '2026-01-01T00:00:00Z' });
  expect(kubernetes.calls).toHaveLength(6);
  // Another operator, which remembers nothing, continues to count.
  await recorder('pod-2').record(resource, [stalled('again')], '2026-01-01T01:00:00Z');
  expect(events()[0]).toMatchObject({ count: 52, message: 'again', lastTimestamp: '2026-01-01T01:00:00Z' });
});

test('a later ScoringJob of the same name has events of its own', async () => {
  const { recorder, events } = scene();
  const { record } = recorder('pod-1');
  await record(resource, [stalled('a')], '2026-01-01T00:00:00Z');
  await record(
    { ...resource, metadata: { ...resource.metadata, uid: 'uid-2' } },
    [stalled('b')],
    '2026-01-01T00:00:01Z',
  );
  expect(events()).toHaveLength(2);
});

test('events that cannot be written are reported once, and keep nobody waiting', async () => {
  const { kubernetes, reported, recorder, events } = scene();
  const { record } = recorder('pod-1');
  const { create } = kubernetes;
  kubernetes.create = () => Promise.reject(new ConfigurationError('creating Event here/one: forbidden'));
  await record(resource, [stalled('a')], '2026-01-01T00:00:00Z');
  await record(resource, [stalled('b')], '2026-01-01T00:00:01Z');
  expect(reported).toEqual(['events cannot be written: creating Event here/one: forbidden']);
  kubernetes.create = create;
  await record(resource, [stalled('c')], '2026-01-01T00:00:02Z');
  expect(events()[0]).toMatchObject({ message: 'c' });
});
