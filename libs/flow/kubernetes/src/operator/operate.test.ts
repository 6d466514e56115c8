import { ConfigurationError, type KubernetesObject } from '@proofmill/contract';
import { expect, test, vi } from 'vitest';
import { kubernetesInMemory, type MemoryKubernetes } from '../kubernetes-in-memory.fixture.ts';
import { scoringJob, settings, startOperator as start, statusOf } from './operator.fixture.ts';

const soon = { timeout: 10_000, interval: 20 };

/** Changes an object as a user or a controller does. */
function change(kubernetes: MemoryKubernetes, kind: string, name: string, metadata: object): void {
  const object = kubernetes.all(kind)[name];
  if (!object) throw new Error(`there is no ${kind} ${name}`);
  kubernetes.put({ ...object, metadata: { ...object.metadata, ...metadata } });
}

const messageOf = (kubernetes: MemoryKubernetes, name: string): string =>
  (statusOf(kubernetes, name) as { readonly message?: string } | undefined)?.message ?? '';

/** Until nothing has been looked at for six seconds of the operator's clock: what it does next, something new has asked for. */
async function quiet({ events }: ReturnType<typeof start>): Promise<void> {
  for (let before = -1; events.length !== before; ) {
    before = events.length;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

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
  const operator = start(kubernetes, 'first', { time: () => time.now });
  await vi.waitFor(() => expect(kubernetes.all('Job')).toHaveProperty('one-driver'), soon);
  const conditions = [{ type: 'Complete', status: 'True', lastTransitionTime: '2026-01-01T00:00:00Z' }];
  const driver = kubernetes.all('Job')['one-driver'] ?? job;
  kubernetes.put({ ...driver, status: { conditions } });
  await vi.waitFor(() => expect(statusOf(kubernetes, 'one')).toMatchObject({ phase: 'Succeeded' }), soon);
  await quiet(operator);
  expect(kubernetes.calls).not.toContain('remove ScoringJob one');
  time.now = '2026-01-01T00:01:00.000000Z';
  await vi.waitFor(() => expect(kubernetes.all('ScoringJob')).toEqual({}), soon);
  expect(kubernetes.all('Job')).toEqual({});
});

test('another width is told to the driver, which stays; another ConfigMap with files recreates it', async () => {
  const kubernetes = kubernetesInMemory();
  start(kubernetes, 'first');
  const job = scoringJob('one');
  const spec = job.spec as object;
  kubernetes.put(job);
  const driver = () => kubernetes.all('Job')['one-driver']?.metadata;
  const file = () => {
    const { data } = (kubernetes.all('ConfigMap')['one-job'] ?? {}) as { data?: Record<string, string> };
    return JSON.parse(data?.['job.yaml'] ?? '{}');
  };
  const told = () => driver()?.annotations?.['proofmill.dev/job-file'];
  await vi.waitFor(() => expect(driver()).toBeDefined(), soon);
  const before = { uid: driver()?.uid, told: told() };
  expect(driver()?.annotations?.['proofmill.dev/job-file-taken']).toBe(before.told);

  kubernetes.put({ ...(kubernetes.all('ScoringJob').one ?? job), spec: { ...spec, workers: 4 } });
  await vi.waitFor(() => expect(told()).not.toBe(before.told), soon);
  expect(file().spec.workers).toBe(4);
  expect(driver()?.uid).toBe(before.uid);

  kubernetes.put({ ...(kubernetes.all('ScoringJob').one ?? job), spec: { ...spec, workers: 4, files: 'prompts' } });
  await vi.waitFor(() => expect(driver()?.uid).not.toBe(before.uid), soon);
  await vi.waitFor(() => expect(file().spec.files).toBe('prompts'), soon);
});

test('a field that a later definition adds to the object changes no driver', async () => {
  const kubernetes = kubernetesInMemory();
  start(kubernetes, 'first');
  const job = scoringJob('one');
  kubernetes.put(job);
  await vi.waitFor(() => expect(kubernetes.all('Job')).toHaveProperty('one-driver'), soon);
  const { uid } = kubernetes.all('Job')['one-driver']?.metadata ?? {};
  kubernetes.put({ ...(kubernetes.all('ScoringJob').one ?? job), spec: { ...(job.spec as object), later: 1 } });
  await vi.waitFor(() => expect(statusOf(kubernetes, 'one')).toMatchObject({ message: /spec.later/ }), soon);
  expect(kubernetes.all('Job')['one-driver']?.metadata.uid).toBe(uid);
});
test('of two ScoringJobs with one output the second one starts when the first is deleted', async () => {
  const kubernetes = kubernetesInMemory();
  const output = { uri: 's3://b/out' };
  kubernetes.put(scoringJob('one', 'here', { output }));
  kubernetes.put(scoringJob('two', 'here', { output }));
  const operator = start(kubernetes, 'first');
  await vi.waitFor(() => expect(statusOf(kubernetes, 'two')).toMatchObject({ phase: 'Failed' }), soon);
  await quiet(operator);
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
    kubernetes.put(job('theirs', {}));
    kubernetes.put(job('one-label-worker', { ...labels, 'proofmill.dev/job': 'one' }));
    kubernetes.isGoing = true;
    // Its pods are removed first.
    if (when === 'while it leads') {
      kubernetes.put({
        ...job('one-label-worker', { ...labels, 'proofmill.dev/job': 'one' }),
        status: { terminating: 1 },
      });
    }
    if (when === 'when it is stopped') await end();
    await vi.waitFor(() => expect(Object.keys(kubernetes.all('Job'))).toEqual(['theirs']), soon);
    expect(reported).toContain('the namespace here is being deleted: its Jobs are removed (1)');
  },
);

test('an operator reports that it leads, which jobs it sees, how many wait, and how it went with each', async () => {
  const kubernetes = kubernetesInMemory();
  kubernetes.put(scoringJob('one'));
  const { events, end } = start(kubernetes, 'first');
  await vi.waitFor(() => expect(statusOf(kubernetes, 'one')).toMatchObject({ phase: 'Pending' }), soon);
  await end();
  expect(events.slice(0, 3)).toEqual(['leads', 'sees one, of which 1 wait', 'looked at one: true, failed: false']);
  expect(events.at(-1)).toBe('leads no longer');
});

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

test('a job that the API server refuses holds up no other, and is tried again', async () => {
  const kubernetes = kubernetesInMemory();
  const { apply } = kubernetes;
  const tries: string[] = [];
  kubernetes.within = () => ({
    ...kubernetes,
    async apply(object) {
      if (object.metadata.name !== 'bad-job') return await apply(object);
      tries.push(object.metadata.name);
      throw new ConfigurationError('applying ConfigMap here/bad-job: forbidden by a quota');
    },
  });
  for (const name of ['bad', 'good']) kubernetes.put(scoringJob(name));
  start(kubernetes, 'first');
  await vi.waitFor(() => expect(kubernetes.all('Job')).toHaveProperty('good-driver'), soon);
  await vi.waitFor(() => expect(messageOf(kubernetes, 'bad')).toContain('forbidden by a quota'), soon);
  await vi.waitFor(() => expect(tries.length).toBeGreaterThan(2), soon);
});

test('a job whose deletion somebody waits for says soon that its last pod is gone, which nobody reports', async () => {
  const kubernetes = kubernetesInMemory();
  kubernetes.put(scoringJob('one'));
  start(kubernetes, 'first');
  await vi.waitFor(() => expect(kubernetes.all('Job')).toHaveProperty('one-driver'), soon);
  const labels = { 'app.kubernetes.io/managed-by': 'proofmill', 'proofmill.dev/job': 'one' };
  kubernetes.put({ ...{ apiVersion: 'v1', kind: 'Pod' }, metadata: { name: 'worker', labels } });
  change(kubernetes, 'ScoringJob', 'one', { deletionTimestamp: '2026-01-01T00:00:00Z' });
  const lists = (): number => kubernetes.requests.filter((request) => request === 'list Pod proofmill one').length;
  await vi.waitFor(() => expect(lists()).toBeGreaterThan(6), soon);
  expect(messageOf(kubernetes, 'one')).toContain('1 pod is left');
  await kubernetes.remove({ apiVersion: 'v1', kind: 'Pod', name: 'worker' }, 'background');
  const goneMs = performance.now();
  await vi.waitFor(() => expect(messageOf(kubernetes, 'one')).toContain('0 pods are left'), soon);
  // Pauses that double would have come to three seconds by this machine's clock.
  expect(performance.now() - goneMs).toBeLessThan(1_000);
});

test('why a driver has no pod is looked for in the events about it, and never for a suspended job', async () => {
  const kubernetes = kubernetesInMemory();
  kubernetes.put(scoringJob('one'));
  kubernetes.put(scoringJob('idle'));
  start(kubernetes, 'first');
  await vi.waitFor(() => expect(Object.keys(kubernetes.all('Job'))).toHaveLength(2), soon);
  kubernetes.put(scoringJob('idle', 'here', { suspend: true }));
  const { uid = '' } = kubernetes.all('Job')['one-driver']?.metadata ?? {};
  const event = (name: string, about: string, message: string): KubernetesObject => ({
    ...{ apiVersion: 'v1', kind: 'Event', metadata: { name }, type: 'Warning', reason: 'FailedCreate', message },
    involvedObject: { kind: 'Job', name: 'one-driver', uid: about },
  });
  kubernetes.put(event('ours', uid, 'exceeded quota: gpus'));
  kubernetes.put(event('theirs', 'another', 'not of this job'));
  await vi.waitFor(() => expect(messageOf(kubernetes, 'one')).toContain('exceeded quota: gpus'), soon);
  const listed = kubernetes.requests.filter((request) => request === 'list Event').length;
  kubernetes.put({
    ...{ apiVersion: 'v1', kind: 'Pod', status: { phase: 'Running' } },
    metadata: { name: 'pod', labels: kubernetes.all('Job')['one-driver']?.metadata.labels ?? {} },
  });
  const stalled = { type: 'Stalled', status: 'False' };
  await vi.waitFor(
    () =>
      expect(statusOf(kubernetes, 'one')).toMatchObject({
        conditions: expect.arrayContaining([expect.objectContaining(stalled)]),
      }),
    soon,
  );
  expect(listed).toBeGreaterThan(0);
  expect(kubernetes.requests.filter((request) => request.startsWith('read ConfigMap'))).toEqual([]);
});

test('an operator of two namespaces takes care of both, with the settings of each, and leaves a third alone', async () => {
  const kubernetes = kubernetesInMemory();
  for (const namespace of ['a', 'b', 'c']) kubernetes.put(scoringJob('one', namespace));
  const configMap = (namespace: string): KubernetesObject => ({
    ...{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace }, data: { 'cluster.yaml': '' } },
  });
  kubernetes.put(configMap('a'));
  start(kubernetes, 'first', {
    ...{ watched: ['a', 'b'], settingsConfigMap: 'settings' },
    installation: async (namespace, found) =>
      found ? { settings, settingsConfigMap: 'settings', namespace } : { problem: `${namespace} is not prepared` },
  });
  await vi.waitFor(() => expect(kubernetes.all('Job', 'a')).toHaveProperty('one-driver'), soon);
  await vi.waitFor(
    () => expect(statusOf(kubernetes, 'one', 'b')).toMatchObject({ message: 'b is not prepared' }),
    soon,
  );
  expect(kubernetes.all('Job', 'b')).toEqual({});
  kubernetes.put(configMap('b'));
  await vi.waitFor(() => expect(kubernetes.all('Job', 'b')).toHaveProperty('one-driver'), soon);
  expect(statusOf(kubernetes, 'one', 'c')).toBeUndefined();
  // The Lease is in the operator's own namespace.
  expect(Object.keys(kubernetes.all('Lease'))).toEqual(['proofmill-operator']);
});

test('an operator of all namespaces takes care of a namespace that comes later', async () => {
  const kubernetes = kubernetesInMemory();
  start(kubernetes, 'first', { watched: 'all' });
  await vi.waitFor(() => expect(kubernetes.requests).toContain('observe ScoringJob'), soon);
  kubernetes.put(scoringJob('one', 'new'));
  await vi.waitFor(() => expect(kubernetes.all('Job', 'new')).toHaveProperty('one-driver'), soon);
});

test('an operator that is stopped removes the Jobs of each namespace that is being deleted', async () => {
  const kubernetes = kubernetesInMemory();
  const labels = { 'app.kubernetes.io/managed-by': 'proofmill', 'proofmill.dev/job': 'one' };
  for (const namespace of ['a', 'b', 'c']) {
    kubernetes.put({ apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'one-label-worker', namespace, labels } });
  }
  const { reported, end } = start(kubernetes, 'first', { watched: ['a', 'b'] });
  await vi.waitFor(() => expect(reported).toEqual(['leading']), soon);
  kubernetes.isGoing = true;
  await end();
  expect([kubernetes.all('Job', 'a'), kubernetes.all('Job', 'b')]).toEqual([{}, {}]);
  expect(kubernetes.all('Job', 'c')).toHaveProperty('one-label-worker');
});

test('a job that waits for the output of another one is looked at again when that has another output', async () => {
  const kubernetes = kubernetesInMemory();
  const output = { uri: 's3://b/out' };
  for (const name of ['one', 'two']) kubernetes.put(scoringJob(name, 'here', { output, suspend: name === 'one' }));
  const operator = start(kubernetes, 'first');
  await vi.waitFor(() => expect(statusOf(kubernetes, 'two')).toMatchObject({ phase: 'Failed' }), soon);
  await quiet(operator);
  kubernetes.put(scoringJob('one', 'here', { suspend: true }));
  await vi.waitFor(() => expect(Object.keys(kubernetes.all('Job'))).toEqual(['two-driver']), soon);
});
