import type { KubernetesObject } from '@proofmill/contract';
import { expect, test, vi } from 'vitest';
import { kubernetesInMemory, type MemoryKubernetes } from '../kubernetes-in-memory.fixture.ts';
import { machineClock } from '../machine-clock.fixture.ts';
import { runTrainingJob } from './run-training-job.ts';

const jobOf = (template = 'a', owner = 'loop-1'): KubernetesObject => ({
  ...{ apiVersion: 'batch/v1', kind: 'Job' },
  metadata: {
    ...{ name: 'train', namespace: 'here', annotations: { 'proofmill.dev/template': template } },
    ownerReferences: [{ apiVersion: 'batch/v1', kind: 'Job', name: 'loop', uid: owner }],
  },
  spec: {},
});
const podOf = (phase: string, more: object = {}): KubernetesObject => ({
  ...{ apiVersion: 'v1', kind: 'Pod' },
  metadata: { name: 'train-x', namespace: 'here', labels: { 'batch.kubernetes.io/job-name': 'train' } },
  status: { phase },
  ...more,
});
const ending = (type: 'Complete' | 'Failed', reason = 'x') => ({
  status: { conditions: [{ type, status: 'True', reason, message: 'in the words of its controller' }] },
});

function running(kubernetes: MemoryKubernetes, job = jobOf()) {
  const stop = new AbortController();
  const troubles: string[] = [];
  const onTrouble = (sentence: string): void => void troubles.push(sentence);
  const ended = runTrainingJob({
    kubernetes,
    job,
    hasVersions: true,
    clock: machineClock(20),
    onTrouble,
    stop: stop.signal,
  });
  return { ended, stop, troubles };
}
const there = (kubernetes: MemoryKubernetes): KubernetesObject | undefined => kubernetes.all('Job').train;
const created = (kubernetes: MemoryKubernetes): number =>
  kubernetes.calls.filter((call) => call === 'create Job train').length;
const end = (kubernetes: MemoryKubernetes, how: object): void => {
  const object = there(kubernetes);
  if (object) kubernetes.put({ ...object, ...how });
};

test('a training is created once, attached to when the loop is run again, and gives what its versions print', async () => {
  const kubernetes = kubernetesInMemory();
  const first = running(kubernetes);
  await vi.waitFor(() => expect(there(kubernetes)).toBeDefined());
  first.stop.abort();
  expect(await first.ended).toBeNull();
  kubernetes.put(podOf('Succeeded', { logs: { versions: 'torch 2\n' } }));
  const second = running(kubernetes);
  end(kubernetes, ending('Complete'));
  expect(await second.ended).toEqual({ ended: 'done', versions: 'torch 2\n' });
  expect(created(kubernetes)).toBe(1);
});

test('what the versions print is known even where the pod is removed when it is done', async () => {
  const kubernetes = kubernetesInMemory();
  kubernetes.put(jobOf());
  kubernetes.put(podOf('Running', { logs: { versions: 'torch 2\n' } }));
  const { ended } = running(kubernetes);
  await vi.waitFor(() => expect(kubernetes.requests).toContain('log train-x'));
  await kubernetes.remove({ apiVersion: 'v1', kind: 'Pod', name: 'train-x' }, 'background');
  end(kubernetes, ending('Complete'));
  expect(await ended).toEqual({ ended: 'done', versions: 'torch 2\n' });
});

test('no training begins while a pod of an earlier one may still write', async () => {
  const kubernetes = kubernetesInMemory();
  kubernetes.put(podOf('Running'));
  const { ended, troubles, stop } = running(kubernetes);
  await vi.waitFor(() =>
    expect(troubles).toEqual([expect.stringContaining('waiting until the pod of an earlier train')]),
  );
  expect(created(kubernetes)).toBe(0);
  kubernetes.put(podOf('Failed'));
  await vi.waitFor(() => expect(created(kubernetes)).toBe(1));
  stop.abort();
  expect(await ended).toBeNull();
});

test('a training that fails says how its container ended, and fails again for the same loop', async () => {
  const kubernetes = kubernetesInMemory();
  const terminated = { exitCode: 9, message: 'no space left' };
  kubernetes.put({ ...jobOf(), ...ending('Failed') });
  kubernetes.put(
    podOf('Failed', { status: { phase: 'Failed', containerStatuses: [{ name: 'trainer', state: { terminated } }] } }),
  );
  const why = 'the container trainer ended with exit code 9. The end of its log:\nno space left';
  expect(await running(kubernetes).ended).toEqual({ ended: 'failed', why });
  expect(await running(kubernetes).ended).toEqual({ ended: 'failed', why });
  await kubernetes.remove({ apiVersion: 'v1', kind: 'Pod', name: 'train-x' }, 'background');
  expect(await running(kubernetes).ended).toEqual({ ended: 'failed', why: 'in the words of its controller' });
});

test.each([
  ['that failed for an earlier loop', jobOf('a', 'loop-0'), ending('Failed')],
  ['of another loop file that runs', jobOf('b'), {}],
  ['of another loop file that has ended', jobOf('b'), ending('Complete')],
])('a training %s is removed and created again', async (_, earlier, how) => {
  const kubernetes = kubernetesInMemory();
  kubernetes.put({ ...earlier, ...how });
  const { ended, stop } = running(kubernetes);
  await vi.waitFor(() => expect(created(kubernetes)).toBe(1));
  expect(kubernetes.calls).toContain('remove Job train');
  stop.abort();
  expect(await ended).toBeNull();
});

test('a training that takes longer than it may is late, and the next attempt has a Job of its own', async () => {
  const kubernetes = kubernetesInMemory();
  kubernetes.put({ ...jobOf(), ...ending('Failed', 'DeadlineExceeded') });
  expect(await running(kubernetes).ended).toEqual({ ended: 'late' });
  expect(there(kubernetes)).toBeUndefined();
});

test('what keeps a training from running is said once', async () => {
  const kubernetes = kubernetesInMemory();
  kubernetes.put(jobOf());
  const waiting = { reason: 'ImagePullBackOff', message: 'not found' };
  const status = { phase: 'Pending', containerStatuses: [{ name: 'trainer', image: 'trainer:1', state: { waiting } }] };
  kubernetes.put(podOf('Pending', { status }));
  const { ended, troubles, stop } = running(kubernetes);
  await vi.waitFor(() => expect(troubles).toHaveLength(1));
  expect(troubles[0]).toContain('the image trainer:1 of the container trainer cannot be pulled');
  const before = kubernetes.requests.length;
  kubernetes.put(podOf('Pending', { status }));
  await vi.waitFor(() => expect(kubernetes.requests.length).toBeGreaterThan(before));
  expect(troubles).toHaveLength(1);
  stop.abort();
  await ended;
});
