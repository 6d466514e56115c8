import { ConfigurationError } from '@proofmill/contract';
import { describe, expect, test, vi } from 'vitest';
import type { MemoryKubernetes } from '../kubernetes-in-memory.fixture.ts';
import { first, second, jobOf, scene, soon, begin, commit, own, change, condition } from './supervise-fleet.fixture.ts';

const groups = (...numbers: number[]) => [
  ...['one-driver', 'one-first-collector'],
  ...numbers.map((number) => `one-first-worker-${number}`),
];

test('an engine of several nodes is made again when one of its nodes dies, and the other workers stay', {
  timeout: 30_000,
}, async () => {
  const { kubernetes, supervisor, jobs, reported } = await scene({ job: jobOf({ nodesPerWorker: 2 }) });
  begin(supervisor, first);
  await vi.waitFor(() => expect(jobs()).toEqual(groups(0, 1)), soon);
  expect(kubernetes.all('Service')['nodes-one-first']?.metadata.ownerReferences).toMatchObject([{ uid: 'driver-1' }]);
  const uids = () => [0, 1].map((number) => kubernetes.all('Job')[`one-first-worker-${number}`]?.metadata.uid);
  const [dead, other] = uids();
  change(kubernetes, 'one-first-worker-0', condition('Failed'));
  await vi.waitFor(() => {
    expect(jobs()).toEqual(groups(0, 1));
    expect(uids()[0]).not.toBe(dead);
  }, soon);
  expect(uids()[1]).toBe(other);
  expect(reported.filter((sentence) => sentence === 'one-first-worker-0 is created')).toHaveLength(2);
  expect(supervisor.failed.aborted).toBe(false);
});

test('workers start when the weights are in their claim, and what fetched them stays until the stage is complete', {
  timeout: 30_000,
}, async () => {
  const model = { huggingFace: 'org/model', cache: { claim: 'weights' } };
  const job = jobOf({ image: 'vllm:1', model });
  for (const stage of job.spec.pipeline) delete stage.engine.baseUrl;
  const { kubernetes, supervisor, jobs, reported, status } = await scene({ job });
  begin(supervisor, first);
  const fetching = ['one-driver', 'one-first-collector', 'one-first-weights'];
  await vi.waitFor(() => expect(jobs()).toEqual(fetching), soon);
  await vi.waitFor(() => expect(reported.join()).toContain('the workers start when it has fetched the weights'), soon);
  await vi.waitFor(() => expect(status().message).toContain('kubectl logs job/one-first-weights'), soon);
  change(kubernetes, 'one-first-weights', condition('Complete'));
  await vi.waitFor(() => expect(jobs()).toEqual([...fetching, 'one-first-worker']), soon);
  const { uid } = kubernetes.all('Job')['one-first-weights']?.metadata ?? {};
  supervisor.events.onProgress(first, 3, 0);
  commit(supervisor, first);
  begin(supervisor, second);
  await vi.waitFor(() => expect(jobs()).toContain('one-second-weights'), soon);
  expect(kubernetes.calls.filter((call) => call === 'apply Job one-first-weights')).toHaveLength(1);
  expect(kubernetes.all('Job')['one-first-weights']?.metadata.uid ?? uid).toBe(uid);
});

test('weights that can never be fetched end the driver with the reason, and no worker is created', {
  timeout: 30_000,
}, async () => {
  const job = jobOf({ image: 'vllm:1', model: { huggingFace: 'org/model', cache: { claim: 'weights' } } });
  for (const stage of job.spec.pipeline) delete stage.engine.baseUrl;
  const { kubernetes, supervisor, end, jobs } = await scene({ job });
  begin(supervisor, first);
  await vi.waitFor(() => expect(jobs()).toContain('one-first-weights'), soon);
  const { labels } = kubernetes.all('Job')['one-first-weights']?.metadata ?? {};
  kubernetes.put({
    ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', ...(labels ? { labels } : {}) } },
    status: {
      phase: 'Failed',
      containerStatuses: [
        { name: 'fetch', state: { terminated: { exitCode: 2, message: 'log\nthere is no such model' } } },
      ],
    },
  });
  change(kubernetes, 'one-first-weights', condition('Failed'));
  await vi.waitFor(() => expect(supervisor.failed.aborted).toBe(true), soon);
  const error = supervisor.failed.reason as Error;
  expect(error).toBeInstanceOf(ConfigurationError);
  expect(error.message).toBe('the weights of first cannot be fetched: there is no such model');
  await end({ how: 'finished', phase: 'Failed', message: error.message });
  expect(jobs()).toEqual(['one-driver', 'one-first-weights']);
});

test('a fleet of another number of nodes replaces the workers', { timeout: 30_000 }, async () => {
  const before = await scene();
  const { kubernetes } = before;
  begin(before.supervisor, first);
  await vi.waitFor(() => expect(before.jobs()).toEqual(own('first')), soon);
  await before.end({ how: 'stopped' });
  const wider = await scene({ kubernetes, job: jobOf({ nodesPerWorker: 2, workers: 3 }) });
  begin(wider.supervisor, first);
  await vi.waitFor(() => expect(wider.jobs()).toEqual(groups(0, 1, 2)), soon);
  await wider.end({ how: 'stopped' });
  const fewer = await scene({ kubernetes, job: jobOf({ nodesPerWorker: 2, workers: 1 }) });
  begin(fewer.supervisor, first);
  await vi.waitFor(() => expect(fewer.jobs()).toEqual(groups(0)), soon);
});

describe('engines that do not start', () => {
  const crashed = async (restarts: number, more: object = {}) => {
    const there = await scene({ job: jobOf({ maxStartFailures: 4 }) });
    begin(there.supervisor, first);
    await vi.waitFor(() => expect(there.jobs()).toEqual(own('first')), soon);
    const { labels = {}, name, uid = '' } = there.kubernetes.all('Job')['one-first-worker']?.metadata ?? {};
    const put = (restartCount: number, fields: object = {}): void =>
      there.kubernetes.put({
        ...{ apiVersion: 'v1', kind: 'Pod' },
        metadata: {
          name: 'p',
          labels,
          ownerReferences: [{ apiVersion: 'batch/v1', kind: 'Job', name: name ?? '', uid }],
        },
        spec: { initContainers: [{ name: 'engine' }], containers: [{ name: 'worker' }] },
        status: {
          phase: 'Pending',
          initContainerStatuses: [
            {
              ...{ name: 'engine', restartCount, state: { waiting: { reason: 'CrashLoopBackOff' } } },
              lastState: { terminated: { exitCode: 1, message: 'no such model' } },
              ...fields,
            },
          ],
        },
      });
    put(restarts, more);
    return { ...there, put };
  };
  const marked = (kubernetes: MemoryKubernetes) =>
    kubernetes.all('Job')['one-first-worker']?.metadata.annotations?.['proofmill.dev/engine-started'];

  test('end the job when they have failed as often as it allows, and free their GPUs', {
    timeout: 30_000,
  }, async () => {
    const { supervisor, end, jobs, put, status } = await crashed(3);
    await vi.waitFor(() => expect(status().message).toContain('restarted 3 times'), soon);
    expect(supervisor.failed.aborted).toBe(false);
    put(4);
    await vi.waitFor(() => expect(supervisor.failed.aborted).toBe(true), soon);
    const { message } = supervisor.failed.reason as Error;
    expect(message).toMatch(/^the engine of first has failed to start 4 times .*has never been ready: .*no such model/);
    await end({ how: 'finished', phase: 'Failed', message });
    expect(jobs()).toEqual(['one-driver']);
  });

  test('do not, once one of them has been ready, however often they crash later and whichever driver runs', {
    timeout: 30_000,
  }, async () => {
    const before = await crashed(0, { started: true, state: { running: {} }, lastState: {} });
    const { kubernetes } = before;
    await vi.waitFor(() => expect(marked(kubernetes)).toBe('true'), soon);
    await before.end({ how: 'stopped' });
    before.put(400);
    const after = await scene({ kubernetes, job: jobOf({ maxStartFailures: 4 }) });
    begin(after.supervisor, first);
    await vi.waitFor(() => expect(after.status().message).toContain('restarted 400 times'), soon);
    expect(after.supervisor.failed.aborted).toBe(false);
    expect(marked(kubernetes)).toBe('true');
  });
});
