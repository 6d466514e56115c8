import { type KubernetesObject, kubernetesSettingsSchema } from '@proofmill/contract';
import { expect, onTestFinished, test, vi } from 'vitest';
import { kubernetesInMemory, type MemoryKubernetes } from '../kubernetes-in-memory.fixture.ts';
import { machineClock } from '../machine-clock.fixture.ts';
import { operate } from './operate.ts';

const settings = kubernetesSettingsSchema.parse({ image: 'proofmill:1', nats: { url: 'nats://nats:4222' } });
const soon = { timeout: 10_000, interval: 20 };

const scoringJob = (name: string): KubernetesObject => ({
  ...{ apiVersion: 'proofmill.dev/v1alpha1', kind: 'ScoringJob', metadata: { name, generation: 1 } },
  spec: {
    corpus: { uris: ['s3://b/pairs.jsonl'] },
    pipeline: [{ stage: 'label', judge: 'gram-r2', engine: { model: 'm' } }],
    output: { uri: 's3://b/out' },
  },
});

function start(kubernetes: MemoryKubernetes, identity: string, time = () => '2026-01-01T00:00:00.000000Z') {
  const stop = new AbortController();
  const reported: string[] = [];
  const ended = operate({
    ...{ kubernetes, identity, clock: machineClock(20), stop: stop.signal },
    installation: async () => ({ settings, settingsConfigMap: 'settings', namespace: 'here' }),
    time,
    report: (sentence) => reported.push(sentence),
  });
  const end = async (): Promise<void> => {
    stop.abort();
    await ended;
  };
  onTestFinished(end);
  return { reported, end };
}

/** Changes an object as a user or a controller does. */
function change(kubernetes: MemoryKubernetes, kind: string, name: string, metadata: object): void {
  const object = kubernetes.all(kind)[name];
  if (!object) throw new Error(`there is no ${kind} ${name}`);
  kubernetes.put({ ...object, metadata: { ...object.metadata, ...metadata } });
}

const statusOf = (kubernetes: MemoryKubernetes, name: string) => kubernetes.all('ScoringJob')[name]?.status;

test('a ScoringJob gets a driver, and the status that it reports; deleted, it leaves nothing', async () => {
  const kubernetes = kubernetesInMemory();
  start(kubernetes, 'first');
  kubernetes.put(scoringJob('one'));
  await vi.waitFor(() => expect(statusOf(kubernetes, 'one')).toMatchObject({ phase: 'Pending' }), soon);
  expect(kubernetes.all('ConfigMap')).toHaveProperty('one-job');
  const { metadata } = kubernetes.all('Job')['one-driver'] ?? scoringJob('none');
  expect(metadata.ownerReferences).toMatchObject([{ kind: 'ScoringJob', name: 'one', controller: true }]);

  const status = {
    ...{ phase: 'Running', message: 'so far', stage: 'label', done: 5, total: 10, failed: 0, recordsPerSecond: 2 },
    ...{ rate: '2/s', etaSeconds: 3, eta: '3s', workers: '1/1', stages: [], output: 's3://b/out', conditions: [] },
  };
  const annotations = { ...metadata.annotations, 'proofmill.dev/status': JSON.stringify(status) };
  change(kubernetes, 'Job', 'one-driver', { annotations });
  await vi.waitFor(() => expect(statusOf(kubernetes, 'one')).toMatchObject({ message: 'so far', done: 5 }), soon);
  const reasons = () => Object.values(kubernetes.all('Event')).map(({ reason }) => reason);
  await vi.waitFor(() => expect(reasons()).toEqual(['Running']), soon);

  await kubernetes.remove({ apiVersion: 'proofmill.dev/v1alpha1', kind: 'ScoringJob', name: 'one' }, 'background');
  expect(kubernetes.all('Job')).toEqual({});
  expect(kubernetes.all('ConfigMap')).toEqual({});
});

test('a ScoringJob of the same name gets its driver when the last pod of the earlier one is gone', async () => {
  const kubernetes = kubernetesInMemory();
  const labels = { 'app.kubernetes.io/managed-by': 'proofmill', 'proofmill.dev/job': 'one' };
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'one-label-worker-0', labels } };
  kubernetes.put(pod);
  kubernetes.put(scoringJob('one'));
  start(kubernetes, 'first');
  await vi.waitFor(
    () =>
      expect(statusOf(kubernetes, 'one')).toMatchObject({ message: expect.stringMatching(/1 pod is still stopping$/) }),
    soon,
  );
  expect(kubernetes.all('Job')).toEqual({});
  await kubernetes.remove({ apiVersion: 'v1', kind: 'Pod', name: 'one-label-worker-0' }, 'background');
  await vi.waitFor(() => expect(kubernetes.all('Job')).toHaveProperty('one-driver'), soon);
});

test('a ScoringJob that failed and starts again has not ended any more', async () => {
  const kubernetes = kubernetesInMemory();
  kubernetes.put(scoringJob('one'));
  start(kubernetes, 'first');
  await vi.waitFor(() => expect(kubernetes.all('Job')).toHaveProperty('one-driver'), soon);
  const conditions = [{ type: 'Failed', status: 'True', lastTransitionTime: '2026-01-01T00:00:09Z' }];
  const driver = kubernetes.all('Job')['one-driver'] ?? scoringJob('none');
  kubernetes.put({ ...driver, status: { startTime: '2026-01-01T00:00:00Z', conditions } });
  const times = { startTime: '2026-01-01T00:00:00Z', completionTime: '2026-01-01T00:00:09Z' };
  await vi.waitFor(() => expect(statusOf(kubernetes, 'one')).toMatchObject({ phase: 'Failed', ...times }), soon);
  await kubernetes.remove({ apiVersion: 'batch/v1', kind: 'Job', name: 'one-driver' }, 'background');
  await vi.waitFor(() => expect(statusOf(kubernetes, 'one')).toMatchObject({ phase: 'Pending' }), soon);
  expect(statusOf(kubernetes, 'one')).not.toHaveProperty('startTime');
  expect(statusOf(kubernetes, 'one')).not.toHaveProperty('completionTime');
});

test('a ScoringJob that has ended is deleted when its time has come, with its driver', async () => {
  const kubernetes = kubernetesInMemory();
  const job = scoringJob('one');
  kubernetes.put({ ...job, spec: { ...(job.spec as object), ttlSecondsAfterFinished: 60 } });
  const time = { now: '2026-01-01T00:00:00.000000Z' };
  start(kubernetes, 'first', () => time.now);
  await vi.waitFor(() => expect(kubernetes.all('Job')).toHaveProperty('one-driver'), soon);
  const conditions = [{ type: 'Complete', status: 'True', lastTransitionTime: '2026-01-01T00:00:00Z' }];
  const driver = kubernetes.all('Job')['one-driver'] ?? job;
  kubernetes.put({ ...driver, status: { conditions } });
  await vi.waitFor(() => expect(statusOf(kubernetes, 'one')).toMatchObject({ phase: 'Succeeded' }), soon);
  expect(kubernetes.calls).not.toContain('remove ScoringJob one');
  time.now = '2026-01-01T00:01:00.000000Z';
  await vi.waitFor(() => expect(kubernetes.all('ScoringJob')).toEqual({}), soon);
  expect(kubernetes.all('Job')).toEqual({});
});

test('of two ScoringJobs with one output the second one starts when the first is deleted', async () => {
  const kubernetes = kubernetesInMemory();
  kubernetes.put(scoringJob('one'));
  kubernetes.put(scoringJob('two'));
  start(kubernetes, 'first');
  await vi.waitFor(() => expect(statusOf(kubernetes, 'two')).toMatchObject({ phase: 'Failed' }), soon);
  expect(statusOf(kubernetes, 'two')).toMatchObject({ message: expect.stringContaining('that of the ScoringJob one') });
  expect(Object.keys(kubernetes.all('Job'))).toEqual(['one-driver']);
  await kubernetes.remove({ apiVersion: 'proofmill.dev/v1alpha1', kind: 'ScoringJob', name: 'one' }, 'background');
  await vi.waitFor(() => expect(Object.keys(kubernetes.all('Job'))).toEqual(['two-driver']), soon);
});

test.each(['while it leads', 'when it is stopped'])(
  'an operator removes the Jobs of a namespace that is being deleted, %s',
  async (when) => {
    const kubernetes = kubernetesInMemory();
    const labels = { 'app.kubernetes.io/managed-by': 'proofmill' };
    const job = (name: string, of: Record<string, string>) => ({
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name, labels: of },
    });
    const { reported, end } = start(kubernetes, 'first');
    await vi.waitFor(() => expect(reported).toEqual(['leading']), soon);
    kubernetes.put(job('one-label-worker', labels));
    kubernetes.put(job('theirs', {}));
    kubernetes.isGoing = true;
    if (when === 'when it is stopped') await end();
    await vi.waitFor(() => expect(Object.keys(kubernetes.all('Job'))).toEqual(['theirs']), soon);
    expect(reported).toContain('the namespace here is being deleted: its Jobs are removed (1)');
  },
);

test('of two operators one leads; when it stops, the second takes over at once', async () => {
  const kubernetes = kubernetesInMemory();
  const first = start(kubernetes, 'first');
  await vi.waitFor(() => expect(first.reported).toEqual(['leading']), soon);
  const second = start(kubernetes, 'second');
  await vi.waitFor(() => expect(second.reported).toEqual(['first leads; waiting']), soon);
  await first.end();
  await vi.waitFor(() => expect(second.reported).toContain('leading'), soon);
});

test('an operator that finds its Lease taken leads no longer, and waits for it again', async () => {
  const kubernetes = kubernetesInMemory();
  const { reported } = start(kubernetes, 'first');
  await vi.waitFor(() => expect(reported).toEqual(['leading']), soon);
  const lease = kubernetes.all('Lease')['proofmill-operator'] ?? scoringJob('none');
  kubernetes.put({ ...lease, spec: { ...(lease.spec as object), holderIdentity: 'second' } });
  await vi.waitFor(() => expect(reported).toContain('no longer leading: second leads now'), soon);
  // The holder is dead: it never renews.
  await vi.waitFor(() => expect(reported.slice(2)).toEqual(['second leads; waiting', 'leading']), soon);
});
