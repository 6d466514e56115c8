import {
  ConfigurationError,
  type KubernetesApi,
  type KubernetesObject,
  type Observed,
  type Observer,
  UnavailableError,
} from '@proofmill/contract';
import { expect, test } from 'vitest';
import { seriesOf, statusOf } from './exposition.fixture.ts';
import { operatorMeters } from './operator-meters.ts';

const job = (phase?: string): KubernetesObject => ({
  ...{ apiVersion: 'proofmill.dev/v1alpha1', kind: 'ScoringJob', metadata: { name: 'one' } },
  ...(phase === undefined ? {} : { status: { phase } }),
});

test('jobs are counted by phase; a phase that is empty now is 0, and a new job is pending', async () => {
  const status = statusOf('operator');
  const { events } = operatorMeters(status);
  const seen = [job('Running'), job('Running'), job()];
  events.onView(() => ({ jobs: seen, waiting: 0 }));
  expect(await seriesOf(status)).toEqual({
    'proofmill_operator_jobs{phase="Running"}': 2,
    'proofmill_operator_jobs{phase="Pending"}': 1,
  });
  seen.splice(0);
  expect(await status.metrics.text()).toContain('proofmill_operator_jobs{phase="Running"} 0\n');
});

test('leading, the queue, its work and failures are counted', async () => {
  const status = statusOf('operator');
  const { events } = operatorMeters(status);
  events.onLeading(true);
  events.onReconciled(20, false);
  events.onReconciled(1500, true);
  expect(await seriesOf(status)).toMatchObject({
    proofmill_operator_leading: 1,
    proofmill_operator_reconcile_duration_seconds_count: 2,
    proofmill_operator_reconcile_duration_seconds_sum: 1.52,
    proofmill_operator_reconcile_failures_total: 1,
  });
  events.onView(() => ({ jobs: [job('Running')], waiting: 1 }));
  expect(await seriesOf(status)).toMatchObject({
    'proofmill_operator_jobs{phase="Running"}': 1,
    proofmill_operator_waiting_jobs: 1,
  });
  events.onLeading(false);
  const after = await seriesOf(status);
  expect(after).not.toHaveProperty('proofmill_operator_leading');
  expect(after).not.toHaveProperty(['proofmill_operator_jobs{phase="Running"}']);
  expect(after).not.toHaveProperty('proofmill_operator_waiting_jobs');
});

test('requests to the API server are counted by how they ended, and make the operator ready', async () => {
  const status = statusOf('operator');
  const errors: unknown[] = [new UnavailableError('kubernetes', 'away'), new ConfigurationError('forbidden')];
  const api = operatorMeters(status).decorate('kubernetes', {
    namespace: 'here',
    list: async () => [],
    read: () => Promise.reject(errors.shift()),
  } as unknown as KubernetesApi);
  const kind = { apiVersion: 'v1', kind: 'Pod' };
  await expect(api.read({ ...kind, name: 'a' })).rejects.toThrow('away');
  expect(status.checks.unready()).toEqual(['the API server has not answered yet']);
  await expect(api.read({ ...kind, name: 'a' })).rejects.toThrow('forbidden');
  expect(await api.list(kind)).toEqual([]);
  expect(status.checks.unready()).toEqual([]);
  expect(api.namespace).toBe('here');
  expect(await seriesOf(status)).toEqual({
    'proofmill_kubernetes_requests_total{verb="read",kind="Pod",result="away"}': 1,
    'proofmill_kubernetes_requests_total{verb="read",kind="Pod",result="refused"}': 1,
    'proofmill_kubernetes_requests_total{verb="list",kind="Pod",result="ok"}': 1,
  });
});

test('a removal is of the version that was meant, and looks at the namespace are counted', async () => {
  const status = statusOf('operator');
  const removed: unknown[] = [];
  const api = operatorMeters(status).decorate('kubernetes', {
    namespace: 'here',
    remove: async (...words: unknown[]) => void removed.push(words),
    isNamespaceGoing: async () => true,
  } as unknown as KubernetesApi);
  const object = job('Succeeded');
  const ref = { apiVersion: object.apiVersion, kind: object.kind, name: object.metadata.name };
  await api.remove(ref, 'background', object);
  expect(removed).toEqual([[ref, 'background', object]]);
  expect(await api.isNamespaceGoing()).toBe(true);
  expect(await seriesOf(status)).toEqual({
    'proofmill_kubernetes_requests_total{verb="remove",kind="ScoringJob",result="ok"}': 1,
    'proofmill_kubernetes_requests_total{verb="read",kind="Namespace",result="ok"}': 1,
  });
});

test('what is observed, and calls in other namespaces, are counted as well, and looking into memory is a sign of life', async () => {
  const status = statusOf('operator');
  const refusal = new ConfigurationError('forbidden');
  const observers: Observer[] = [];
  const observe = (complete: Promise<void>) => (what: Observed, observer: Observer) => {
    observers.push(observer);
    return { ...what, complete, list: () => [], read: () => null };
  };
  const api = operatorMeters(status).decorate('kubernetes', {
    namespace: 'here',
    observe: observe(Promise.resolve()),
    within: (namespace: string) => ({ namespace, observe: observe(Promise.reject(refusal)), list: async () => [] }),
  } as unknown as KubernetesApi);
  const kind = { apiVersion: 'v1', kind: 'Pod' };
  const observer = { onChange: () => undefined, signal: new AbortController().signal };
  const observation = api.observe(kind, observer);
  await observation.complete;
  observers[0]?.onTrouble?.(new UnavailableError('kubernetes', 'away'));
  const other = api.within('other');
  await expect(other.observe(kind, observer).complete).rejects.toBe(refusal);
  expect(await other.list(kind)).toEqual([]);
  expect(await seriesOf(status)).toEqual({
    'proofmill_kubernetes_requests_total{verb="observe",kind="Pod",result="ok"}': 1,
    'proofmill_kubernetes_requests_total{verb="observe",kind="Pod",result="away"}': 1,
    'proofmill_kubernetes_requests_total{verb="observe",kind="Pod",result="refused"}': 1,
    'proofmill_kubernetes_requests_total{verb="list",kind="Pod",result="ok"}': 1,
  });
  status.clock.ms = 60_000;
  expect(status.checks.dead()).toHaveLength(1);
  observation.list('here');
  expect(status.checks.dead()).toEqual([]);
});
