import { type JobStatus, jobSchema } from '@proofmill/contract';
import { expect, test, vi } from 'vitest';
import { kubernetesInMemory, type MemoryKubernetes } from '../kubernetes-in-memory.fixture.ts';
import { machineClock } from '../machine-clock.fixture.ts';
import { runScoringJob } from './run-scoring-job.ts';

const document = {
  ...{ apiVersion: 'proofmill.dev/v1alpha1', kind: 'ScoringJob', metadata: { name: 'one' } },
  spec: {
    corpus: { uris: ['a.jsonl'] },
    pipeline: [{ stage: 'label', judge: 'gram-r2', engine: { model: 'm' } }],
    output: { uri: '/output/one' },
  },
};
const submitted = { document, job: jobSchema.parse(document) };

function running(kubernetes: MemoryKubernetes) {
  const stop = new AbortController();
  const seen: JobStatus[] = [];
  const onStatus = (status: JobStatus): void => void seen.push(status);
  const ended = runScoringJob({ kubernetes, submitted, clock: machineClock(20), onStatus, stop: stop.signal });
  return { ended, stop, seen };
}

const there = (kubernetes: MemoryKubernetes) => kubernetes.all('ScoringJob').one;

function report(kubernetes: MemoryKubernetes, phase: string, condition: 'Complete' | 'Failed', message: string): void {
  const object = there(kubernetes);
  const conditions = [
    { type: condition, status: 'True', reason: 'x', message, lastTransitionTime: '2026-01-01T00:00:00Z' },
  ];
  if (object) kubernetes.put({ ...object, status: { phase, message, conditions } });
}

test('a job of a loop is created, followed to its end, and attached to when the loop is run again', async () => {
  const kubernetes = kubernetesInMemory();
  const first = running(kubernetes);
  await vi.waitFor(() => expect(there(kubernetes)).toBeDefined());
  first.stop.abort();
  expect(await first.ended).toBeNull();
  const { uid } = there(kubernetes)?.metadata ?? {};
  const second = running(kubernetes);
  report(kubernetes, 'Succeeded', 'Complete', 'done');
  expect(await second.ended).toEqual({ exitCode: 0, message: 'done' });
  expect(there(kubernetes)?.metadata.uid).toBe(uid);
});

test.each([
  ['Failed', 2],
  ['LimitReached', 3],
])('a job that ends as %s ends with %i and what its status says', async (phase, exitCode) => {
  const kubernetes = kubernetesInMemory();
  const { ended } = running(kubernetes);
  await vi.waitFor(() => expect(there(kubernetes)).toBeDefined());
  report(kubernetes, phase, 'Failed', 'the reason');
  expect(await ended).toEqual({ exitCode, message: 'the reason' });
});

test('a job that is being deleted is waited for, and one that was deleted is created again', async () => {
  const kubernetes = kubernetesInMemory();
  const ref = { apiVersion: 'proofmill.dev/v1alpha1', kind: 'ScoringJob', name: 'one' };
  const going = { name: 'one', deletionTimestamp: '2026-01-01T00:00:00Z', uid: 'earlier' };
  kubernetes.put({ ...document, metadata: going });
  const { ended } = running(kubernetes);
  await vi.waitFor(() => expect(kubernetes.requests.length).toBeGreaterThan(2));
  expect(kubernetes.calls.filter((call) => call.startsWith('create'))).toEqual([]);
  await kubernetes.remove(ref, 'background');
  await vi.waitFor(() => expect(there(kubernetes)?.metadata.uid).not.toBe('earlier'));
  await vi.waitFor(() => expect(there(kubernetes)).toBeDefined());
  report(kubernetes, 'Succeeded', 'Complete', 'done');
  expect(await ended).toMatchObject({ exitCode: 0 });
});

test('a job of the same name that decides other labels is refused', async () => {
  const kubernetes = kubernetesInMemory();
  const [stage] = document.spec.pipeline;
  kubernetes.put({ ...document, spec: { ...document.spec, pipeline: [{ ...stage, engine: { model: 'other' } }] } });
  await expect(running(kubernetes).ended).rejects.toThrow(/there is another job one in here/);
});
