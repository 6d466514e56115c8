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

function start(kubernetes: MemoryKubernetes, identity: string) {
  const stop = new AbortController();
  const reported: string[] = [];
  const events: string[] = [];
  const ended = operate({
    ...{ kubernetes, identity, clock: machineClock(20), stop: stop.signal },
    installation: async () => ({ settings, settingsConfigMap: 'settings', namespace: 'here' }),
    time: () => '2026-01-01T00:00:00.000000Z',
    report: (sentence) => reported.push(sentence),
    events: {
      onLeading: (isLeading) => events.push(isLeading ? 'leads' : 'leads no longer'),
      onJobs: (jobs) => events.push(`sees ${jobs.map(({ metadata }) => metadata.name)}`),
      onReconciled: (tookMs, isDone) => events.push(`looked at one: ${tookMs >= 0 && isDone}`),
    },
  });
  const end = async (): Promise<void> => {
    stop.abort();
    await ended;
  };
  onTestFinished(end);
  return { reported, events, end };
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

  change(kubernetes, 'ScoringJob', 'one', { deletionTimestamp: '2026-01-01T00:00:00Z' });
  const { metadata: left } = kubernetes.all('ScoringJob').one ?? scoringJob('none');
  expect(left.finalizers).toHaveLength(1);
  await vi.waitFor(() => expect(kubernetes.all('ScoringJob').one?.metadata.finalizers).toEqual([]), soon);
  expect(kubernetes.all('Job')).toEqual({});
});

test('an operator tells that it leads, which jobs it sees, and how it went with each', async () => {
  const kubernetes = kubernetesInMemory();
  kubernetes.put(scoringJob('one'));
  const { events, end } = start(kubernetes, 'first');
  await vi.waitFor(() => expect(statusOf(kubernetes, 'one')).toMatchObject({ phase: 'Pending' }), soon);
  await end();
  expect(events.slice(0, 3)).toEqual(['leads', 'sees one', 'looked at one: true']);
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
