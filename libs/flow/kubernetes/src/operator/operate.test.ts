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

  change(kubernetes, 'ScoringJob', 'one', { deletionTimestamp: '2026-01-01T00:00:00Z' });
  const { metadata: left } = kubernetes.all('ScoringJob').one ?? scoringJob('none');
  expect(left.finalizers).toHaveLength(1);
  await vi.waitFor(() => expect(kubernetes.all('ScoringJob').one?.metadata.finalizers).toEqual([]), soon);
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

test('a deleted job goes soon after its last pod, of which nobody reports that it goes', async () => {
  const kubernetes = kubernetesInMemory();
  kubernetes.put(scoringJob('one'));
  start(kubernetes, 'first');
  await vi.waitFor(() => expect(kubernetes.all('Job')).toHaveProperty('one-driver'), soon);
  const labels = { 'app.kubernetes.io/managed-by': 'proofmill', 'proofmill.dev/job': 'one' };
  kubernetes.put({ ...{ apiVersion: 'v1', kind: 'Pod' }, metadata: { name: 'worker', labels } });
  change(kubernetes, 'ScoringJob', 'one', { deletionTimestamp: '2026-01-01T00:00:00Z' });
  const lists = (): number => kubernetes.requests.filter((request) => request === 'list Pod').length;
  await vi.waitFor(() => expect(lists()).toBeGreaterThan(6), soon);
  expect(kubernetes.all('ScoringJob').one?.metadata.finalizers).toHaveLength(1);
  await kubernetes.remove({ apiVersion: 'v1', kind: 'Pod', name: 'worker' }, 'background');
  const goneMs = performance.now();
  await vi.waitFor(() => expect(kubernetes.all('ScoringJob').one?.metadata.finalizers).toEqual([]), soon);
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
