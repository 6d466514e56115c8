import { ConfigurationError, type Job, type KubernetesObject, sha256, unseal } from '@proofmill/contract';
import { expect, test, vi } from 'vitest';
import { kubernetesInMemory, type MemoryKubernetes } from '../kubernetes-in-memory.fixture.ts';
import { superviseFleet } from './supervise-fleet.ts';
import {
  stageOf,
  first,
  second,
  jobOf,
  settings,
  driverOf,
  scene,
  clock,
  soon,
  planned,
  begin,
  commit,
  own,
  change,
  condition,
} from './supervise-fleet.fixture.ts';

test('a stage under way gets its Jobs, which belong to the driver', { timeout: 30_000 }, async () => {
  const { kubernetes, supervisor, jobs, status } = await scene();
  supervisor.events.onStage(first);
  await vi.waitFor(() => expect(status()).toMatchObject({ phase: 'Planning', stage: 'first' }), soon);
  expect(jobs()).toEqual(['one-driver']);
  supervisor.events.onProgress(first, 0, 0);
  await vi.waitFor(() => expect(jobs()).toEqual(own('first')), soon);
  expect(kubernetes.all('Job')['one-first-worker']?.spec).toMatchObject({ completions: 2, parallelism: 2 });
  expect(kubernetes.all('Job')['one-first-collector']?.spec).toMatchObject({ completions: 3, parallelism: 3 });
  const { data } = kubernetes.all('ConfigMap')['one-first-stage'] as unknown as { data: Record<string, string> };
  expect(unseal(Buffer.from(data['stage.json'] ?? ''))).toEqual({ state: 'sound', value: first });
  const ownersOf = (object: KubernetesObject | undefined) => object?.metadata.ownerReferences;
  const owner = { name: 'one-driver', uid: 'driver-1' };
  expect(ownersOf(kubernetes.all('ConfigMap')['one-first-stage'])).toMatchObject([{ ...owner, controller: true }]);
  expect(ownersOf(kubernetes.all('Job')['one-first-collector'])).toMatchObject([{ ...owner, controller: true }]);
  // Kueue counts a Job with its controller, and the workers must count for themselves.
  expect(ownersOf(kubernetes.all('Job')['one-first-worker'])).toMatchObject([{ ...owner, controller: false }]);
  await vi.waitFor(() => expect(status()).toMatchObject({ phase: 'Running', workers: '0/2', stage: 'first' }), soon);
});

test('the stage of planted pairs gets Jobs as wide as those of the label stage, and counts as a stage', {
  timeout: 30_000,
}, async () => {
  const job = jobOf({ workers: 3, collectors: 1 });
  const withPlanted: Job = { ...job, spec: { ...job.spec, health: { planted: true } } };
  const { kubernetes, supervisor, jobs, status } = await scene({ job: withPlanted });
  for (const stage of [first, second]) {
    supervisor.events.onStage(stage);
    supervisor.events.onPlanned(stage, planned);
    commit(supervisor, stage);
  }
  begin(supervisor, stageOf('planted'));
  await vi.waitFor(() => expect(jobs()).toEqual(own('planted')), soon);
  expect(kubernetes.all('Job')['one-planted-worker']?.spec).toMatchObject({ completions: 3, parallelism: 3 });
  await vi.waitFor(() => expect(status()).toMatchObject({ stage: 'planted', workers: '0/3' }), soon);
  expect(status().message).toContain('stage 3 of 3');
});

test('a stage that was complete at the start gets no Jobs, and the stage after it does', {
  timeout: 30_000,
}, async () => {
  const { kubernetes, supervisor, jobs } = await scene();
  supervisor.events.onStage(first);
  supervisor.events.onPlanned(first, planned);
  commit(supervisor, first);
  begin(supervisor, second);
  await vi.waitFor(() => expect(jobs()).toEqual(own('second')), soon);
  expect(kubernetes.calls.filter((call) => call.includes('one-first'))).toEqual([]);
});

test('the Jobs of a complete stage are removed when they have ended', { timeout: 30_000 }, async () => {
  const { kubernetes, supervisor, jobs } = await scene();
  begin(supervisor, first);
  await vi.waitFor(() => expect(jobs()).toEqual(own('first')), soon);
  commit(supervisor, first);
  begin(supervisor, second);
  await vi.waitFor(() => expect(jobs()).toContain('one-second-worker'), soon);
  expect(jobs()).toContain('one-first-worker');
  change(kubernetes, 'one-first-worker', condition('Complete'));
  change(kubernetes, 'one-first-collector', condition('Complete'));
  await vi.waitFor(() => expect(jobs()).toEqual(own('second')), soon);
});

test('the next driver takes over the Jobs, and gives them the width that the job has now', {
  timeout: 30_000,
}, async () => {
  const before = await scene();
  const { kubernetes } = before;
  begin(before.supervisor, first);
  await vi.waitFor(() => expect(before.jobs()).toEqual(own('first')), soon);
  const { uid } = kubernetes.all('Job')['one-first-worker']?.metadata ?? {};
  await before.end({ how: 'stopped' });
  expect(before.jobs()).toEqual(own('first'));
  expect(before.status()).toMatchObject({
    phase: 'Pending',
    message: 'the driver was stopped; the next one continues',
  });

  kubernetes.calls.length = 0;
  const after = await scene({ kubernetes, job: jobOf({ workers: 5 }) });
  begin(after.supervisor, first);
  const spec = () => kubernetes.all('Job')['one-first-worker']?.spec;
  await vi.waitFor(() => expect(spec()).toMatchObject({ completions: 5, parallelism: 5 }), soon);
  expect(kubernetes.all('Job')['one-first-worker']?.metadata.uid).toBe(uid);
  expect(kubernetes.calls.filter((call) => call.includes('collector'))).toEqual([]);
});

/** Writes another job file, and its digest on the driver's Job, as whoever changes a job does. */
const tell = (kubernetes: MemoryKubernetes, file: string): void => {
  const [apiVersion, kind] = ['v1', 'ConfigMap'];
  kubernetes.put({ apiVersion, kind, metadata: { name: 'one-job' }, data: { 'job.yaml': file } });
  const { metadata } = kubernetes.all('Job')['one-driver'] ?? driverOf();
  const annotations = { ...metadata.annotations, 'proofmill.dev/job-file': sha256(file) };
  change(kubernetes, 'one-driver', { metadata: { ...metadata, annotations } });
};
const taken = (kubernetes: MemoryKubernetes) =>
  kubernetes.all('Job')['one-driver']?.metadata.annotations?.['proofmill.dev/job-file-taken'];
const uidOf = (kubernetes: MemoryKubernetes, job: string) => kubernetes.all('Job')[job]?.metadata.uid;

test('a driver that is told of another width and of limits takes them in place, and answers', {
  timeout: 30_000,
}, async () => {
  const { kubernetes, supervisor, jobs, status, reported } = await scene();
  begin(supervisor, first);
  await vi.waitFor(() => expect(jobs()).toEqual(own('first')), soon);
  const uid = uidOf(kubernetes, 'one-first-worker');
  const collectors = uidOf(kubernetes, 'one-first-collector');
  const job = jobOf();
  const file = JSON.stringify({ ...job, spec: { ...job.spec, workers: 5, limits: { maxTokens: 9 }, files: 'other' } });
  tell(kubernetes, file);
  const spec = () => kubernetes.all('Job')['one-first-worker']?.spec;
  await vi.waitFor(() => expect(spec()).toMatchObject({ completions: 5, parallelism: 5 }), soon);
  expect(taken(kubernetes)).toBe(sha256(file));
  expect([uidOf(kubernetes, 'one-first-worker'), uidOf(kubernetes, 'one-first-collector')]).toEqual([uid, collectors]);
  expect(kubernetes.calls.filter((call) => call.startsWith('remove'))).toEqual([]);
  expect(supervisor.jobNow().spec).toMatchObject({ workers: 5, limits: { maxTokens: 9 } });
  expect(supervisor.jobNow().spec.files).toBeUndefined();
  expect(reported).toContain('the job has changed: limits.maxTokens: nothing -> 9; workers: 0 -> 5');
  await vi.waitFor(() => expect(status()).toMatchObject({ workers: '0/5' }), soon);
});

test.each([
  ['collectors', { collectors: 2 }, 'one-first-collector', 'one-first-worker', 'fleet.collectors: 3 -> 2;'],
  ['variables', { env: { KEY: 'secret' } }, 'one-first-worker', 'one-first-collector', 'fleet.env.KEY;'],
])(
  'a driver that is told of other %s recreates one Job alone',
  { timeout: 30_000 },
  async (_, fleet, other, same, sentence) => {
    const { kubernetes, supervisor, jobs, reported } = await scene();
    begin(supervisor, first);
    await vi.waitFor(() => expect(jobs()).toEqual(own('first')), soon);
    const before = { other: uidOf(kubernetes, other), same: uidOf(kubernetes, same) };
    tell(kubernetes, JSON.stringify(jobOf(fleet)));
    await vi.waitFor(() => expect(uidOf(kubernetes, other)).not.toBe(before.other), soon);
    expect(uidOf(kubernetes, same)).toBe(before.same);
    expect(reported.join('; ')).toContain(`the job has changed: pipeline[0].${sentence}`);
  },
);

test('a driver that finds no job where it was told of one continues as it is, and says so once', {
  timeout: 30_000,
}, async () => {
  const { kubernetes, supervisor, jobs, reported } = await scene();
  tell(kubernetes, 'no job');
  begin(supervisor, first);
  await vi.waitFor(() => expect(jobs()).toEqual(own('first')), soon);
  supervisor.events.onProgress(first, 3, 0);
  await vi.waitFor(() => expect(reported).toContain('one-first-collector is created'), soon);
  expect(reported.filter((sentence) => sentence.includes('holds no job'))).toHaveLength(1);
  expect(taken(kubernetes)).toBeUndefined();
});

test('what an earlier driver Job left is recreated', { timeout: 30_000 }, async () => {
  const before = await scene();
  const { kubernetes } = before;
  begin(before.supervisor, first);
  await vi.waitFor(() => expect(before.jobs()).toEqual(own('first')), soon);
  await before.end({ how: 'stopped' });
  kubernetes.put(driverOf({ metadata: { name: 'one-driver', uid: 'other' } }));
  for (const name of ['one-first-worker', 'one-first-collector']) {
    const owners = [{ apiVersion: 'batch/v1', kind: 'Job', name: 'one-driver', uid: 'gone' }];
    change(kubernetes, name, { metadata: { ...kubernetes.all('Job')[name]?.metadata, ownerReferences: owners } });
  }
  const after = await scene({ kubernetes });
  begin(after.supervisor, first);
  const owner = () => kubernetes.all('Job')['one-first-worker']?.metadata.ownerReferences;
  await vi.waitFor(
    () => expect(owner()).toMatchObject([{ uid: kubernetes.all('Job')['one-driver']?.metadata.uid }]),
    soon,
  );
});

test('a worker that can never work ends the driver with its sentence, and of the stage only its Job stays', {
  timeout: 30_000,
}, async () => {
  const { kubernetes, supervisor, end, jobs, status } = await scene();
  begin(supervisor, first);
  await vi.waitFor(() => expect(jobs()).toEqual(own('first')), soon);
  const { labels } = kubernetes.all('Job')['one-first-worker']?.metadata ?? {};
  const terminated = { exitCode: 2, message: 'log\nthe engine serves another-judge' };
  kubernetes.put({
    ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', ...(labels ? { labels } : {}) } },
    status: { phase: 'Failed', containerStatuses: [{ name: 'worker', state: { terminated } }] },
  });
  change(kubernetes, 'one-first-worker', condition('Failed'));
  await vi.waitFor(() => expect(supervisor.failed.aborted).toBe(true), soon);
  const error = supervisor.failed.reason as Error;
  expect(error).toBeInstanceOf(ConfigurationError);
  expect(error.message).toBe('a worker of first cannot do its work: the engine serves another-judge');
  await end({ how: 'finished', phase: 'Failed', message: error.message });
  expect(status()).toMatchObject({ phase: 'Failed', message: error.message });
  expect(jobs()).toEqual(['one-driver', 'one-first-worker']);
});

test('when the job is done its Jobs are removed, and the status says so', { timeout: 30_000 }, async () => {
  const { kubernetes, supervisor, end, jobs, status } = await scene();
  begin(supervisor, second);
  await vi.waitFor(() => expect(jobs()).toEqual(own('second')), soon);
  commit(supervisor, second);
  change(kubernetes, 'one-second-worker', condition('Complete'));
  change(kubernetes, 'one-second-collector', condition('Complete'));
  await end({ how: 'finished', phase: 'Succeeded', message: 'done' });
  expect(jobs()).toEqual(['one-driver']);
  expect(status()).toMatchObject({ phase: 'Succeeded', done: 10, failed: 1, message: 'done', rate: '' });
});

test('a suspended driver suspends its Jobs, and one that runs resumes them', { timeout: 30_000 }, async () => {
  const { kubernetes, supervisor, end, jobs, status } = await scene();
  begin(supervisor, first);
  await vi.waitFor(() => expect(jobs()).toEqual(own('first')), soon);
  change(kubernetes, 'one-driver', { spec: { suspend: true } });
  await end({ how: 'stopped' });
  const suspended = () =>
    ['worker', 'collector'].map(
      (role) => (kubernetes.all('Job')[`one-first-${role}`]?.spec as { suspend?: boolean } | undefined)?.suspend,
    );
  expect(suspended()).toEqual([true, true]);
  expect(status().phase).toBe('Suspended');
  change(kubernetes, 'one-driver', { spec: { suspend: false } });
  const after = await scene({ kubernetes });
  begin(after.supervisor, first);
  await vi.waitFor(() => expect(suspended()).toEqual([false, false]), soon);
});

test('workers that wait in a queue of Kueue are Queued, in its words, and are never resumed', {
  timeout: 30_000,
}, async () => {
  const { kubernetes, supervisor, jobs, status } = await scene();
  begin(supervisor, first);
  await vi.waitFor(() => expect(jobs()).toEqual(own('first')), soon);
  const worker = kubernetes.all('Job')['one-first-worker'];
  const { uid = '', labels } = worker?.metadata ?? {};
  kubernetes.put({
    ...{ apiVersion: 'kueue.x-k8s.io/v1beta2', kind: 'Workload' },
    metadata: { name: 'job-one-first-worker-0a1b2', labels: { 'kueue.x-k8s.io/job-uid': uid } },
    status: { conditions: [{ type: 'QuotaReserved', status: 'False', message: 'insufficient unused quota for cpu' }] },
  });
  // As the webhook and the controller of Kueue do where the namespace has a LocalQueue named default.
  const queued = { ...worker?.metadata, labels: { ...labels, 'kueue.x-k8s.io/queue-name': 'default' } };
  change(kubernetes, 'one-first-worker', { metadata: queued, spec: { ...(worker?.spec as object), suspend: true } });
  const message =
    'one-first-worker waits in the queue default until Kueue admits it: insufficient unused quota for cpu';
  await vi.waitFor(() => expect(status()).toMatchObject({ phase: 'Queued', message, workers: '0/2' }), soon);
  expect(kubernetes.all('Job')['one-first-worker']?.spec).toMatchObject({ suspend: true });
  expect(kubernetes.calls.filter((call) => call === 'patch Job one-first-worker')).toEqual([]);
  change(kubernetes, 'one-first-worker', { spec: { ...(worker?.spec as object), suspend: false } });
  await vi.waitFor(() => expect(status()).toMatchObject({ phase: 'Running' }), soon);
});

test('a driver that Kueue stops removes its workers, and what it reports is not that a user suspended it', {
  timeout: 30_000,
}, async () => {
  const labels = { 'kueue.x-k8s.io/queue-name': 'default' };
  const { kubernetes, supervisor, end, jobs, status } = await scene({ job: jobOf({}, labels) });
  begin(supervisor, first);
  await vi.waitFor(() => expect(jobs()).toEqual(own('first')), soon);
  const { metadata } = kubernetes.all('Job')['one-driver'] ?? driverOf();
  change(kubernetes, 'one-driver', { metadata: { ...metadata, labels }, spec: { suspend: true } });
  await end({ how: 'stopped' });
  expect(jobs()).toEqual(['one-driver', 'one-first-collector']);
  expect(status()).toMatchObject({
    phase: 'Pending',
    message: expect.stringContaining('Kueue has stopped the driver'),
  });
});

test('workers that have nothing left to take may leave, and are created again only when a task finds none', {
  timeout: 30_000,
}, async () => {
  const { kubernetes, supervisor, jobs } = await scene();
  begin(supervisor, first);
  await vi.waitFor(() => expect(jobs()).toEqual(own('first')), soon);
  const file = () => (kubernetes.all('ConfigMap')['one-first-stage'] as { data?: object } | undefined)?.data;
  expect(file()).not.toHaveProperty('spare');
  supervisor.events.onSpare(first, true);
  await vi.waitFor(() => expect(file()).toHaveProperty('spare'), soon);
  const { uid } = kubernetes.all('Job')['one-first-worker']?.metadata ?? {};
  change(kubernetes, 'one-first-worker', condition('Complete'));
  kubernetes.calls.length = 0;
  supervisor.events.onProgress(first, 3, 0);
  // A turn has seen it.
  await vi.waitFor(() => expect(kubernetes.calls).toContain('patch Job one-driver'), soon);
  expect(kubernetes.all('Job')['one-first-worker']?.metadata.uid).toBe(uid);
  supervisor.events.onSpare(first, false);
  await vi.waitFor(() => {
    const now = kubernetes.all('Job')['one-first-worker'];
    expect(now).toBeDefined();
    expect(now?.metadata.uid).not.toBe(uid);
  }, soon);
  await vi.waitFor(() => expect(file()).not.toHaveProperty('spare'), soon);
});

test('nothing is created for a driver whose Job is being removed', { timeout: 30_000 }, async () => {
  const { kubernetes, supervisor, jobs } = await scene();
  begin(supervisor, first);
  await vi.waitFor(() => expect(jobs()).toEqual(own('first')), soon);
  const { metadata } = kubernetes.all('Job')['one-driver'] ?? driverOf();
  change(kubernetes, 'one-driver', { metadata: { ...metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } });
  await kubernetes.remove({ apiVersion: 'batch/v1', kind: 'Job', name: 'one-first-worker' }, 'background');
  const patches = () => kubernetes.calls.filter((call) => call === 'patch Job one-driver').length;
  const before = patches();
  supervisor.events.onProgress(first, 3, 0);
  // The turn that reports this has looked at the Jobs too.
  await vi.waitFor(() => expect(patches()).toBeGreaterThan(before), soon);
  expect(jobs()).toEqual(['one-driver', 'one-first-collector']);
});

test('a driver that is stopped with its whole namespace removes its Jobs, which would keep it', {
  timeout: 30_000,
}, async () => {
  const { kubernetes, supervisor, end, jobs } = await scene();
  begin(supervisor, first);
  await vi.waitFor(() => expect(jobs()).toEqual(own('first')), soon);
  kubernetes.isGoing = true;
  await end({ how: 'stopped' });
  expect(jobs()).toEqual(['one-driver']);
});

test('a driver that is stopped at its deadline waits for the verdict, fails, and leaves no Jobs', {
  timeout: 30_000,
}, async () => {
  const { kubernetes, supervisor, end, jobs, status } = await scene();
  begin(supervisor, first);
  await vi.waitFor(() => expect(jobs()).toEqual(own('first')), soon);
  const { metadata } = kubernetes.all('Job')['one-driver'] ?? driverOf();
  const annotations = { ...metadata.annotations, 'proofmill.dev/deadline-seconds': '60' };
  change(kubernetes, 'one-driver', { metadata: { ...metadata, annotations }, spec: { activeDeadlineSeconds: 60 } });
  const ended = end({ how: 'stopped' });
  await supervisor.events.onNotice('the pods are stopped before the condition is written');
  const verdict = { type: 'FailureTarget', status: 'True', reason: 'DeadlineExceeded' };
  change(kubernetes, 'one-driver', { status: { conditions: [verdict] } });
  await ended;
  expect(jobs()).toEqual(['one-driver']);
  expect(status()).toMatchObject({ phase: 'Failed', message: expect.stringContaining('its deadline of 60 s') });
});

test('an API server that is away is waited for', { timeout: 30_000 }, async () => {
  const { kubernetes, supervisor, jobs, reported } = await scene();
  await vi.waitFor(() => expect(kubernetes.calls).toContain('patch Job one-driver'), soon);
  kubernetes.isAway = true;
  begin(supervisor, first);
  await vi.waitFor(() => expect(reported).toEqual(['waiting for the API server: the API server is away']), soon);
  expect(jobs()).toEqual(['one-driver']);
  kubernetes.isAway = false;
  await vi.waitFor(() => expect(jobs()).toEqual(own('first')), soon);
  expect(supervisor.failed.aborted).toBe(false);
});

test('a stage that cannot run in pods ends the driver', { timeout: 30_000 }, async () => {
  const { supervisor } = await scene({ job: jobOf({ engineArgs: ['--port', '1'] }) });
  begin(supervisor, first);
  await vi.waitFor(() => expect(supervisor.failed.reason).toMatchObject({ code: 'configuration' }), soon);
  expect((supervisor.failed.reason as Error).message).toMatch(/engineArgs has --port/);
});

test('a driver without its own Job does not start', async () => {
  const kubernetes = kubernetesInMemory();
  const options = { kubernetes, job: jobOf(), settings, driverJob: 'gone', clock, time: () => '' };
  await expect(superviseFleet({ ...options, report: () => undefined })).rejects.toThrow('there is no Job gone in here');
});
