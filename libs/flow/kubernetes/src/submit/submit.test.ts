import { type JobStatus, jobSchema, kubernetesSettingsSchema } from '@proofmill/contract';
import { expect, test, vi } from 'vitest';
import { kubernetesInMemory } from '../kubernetes-in-memory.fixture.ts';
import { machineClock } from '../machine-clock.fixture.ts';
import type { SubmittedJob } from './submission.ts';
import { submitPlainJob } from './submit-plain-job.ts';
import { submitScoringJob } from './submit-scoring-job.ts';
import { waitForEnd } from './wait-for-end.ts';

function jobOf({
  model = 'm',
  workers = 1,
  ...more
}: {
  model?: string;
  workers?: number;
  spec?: object;
} = {}): SubmittedJob {
  const document = {
    ...{ apiVersion: 'proofmill.dev/v1alpha1', kind: 'ScoringJob', metadata: { name: 'one' } },
    spec: {
      corpus: { uris: ['s3://b/pairs.jsonl'] },
      pipeline: [{ stage: 'label', judge: 'gram-r2', engine: { model }, fleet: { workers } }],
      output: { uri: 's3://b/out' },
      ...more.spec,
    },
  };
  return { document, job: jobSchema.parse(document) };
}

const installation = {
  settings: kubernetesSettingsSchema.parse({ image: 'proofmill:1', nats: { url: 'nats://nats:4222' } }),
  settingsConfigMap: 'settings',
};
const difference = /one in here; what differs, existing -> submitted: .*engine.model: "m" -> "other"/;
const deletion = { deletionTimestamp: '2026-01-01T00:00:00Z' };

test('a ScoringJob is created once, attached to, changed in its fleet, and refused with other labels', async () => {
  const kubernetes = kubernetesInMemory();
  expect(await submitScoringJob(kubernetes, jobOf())).toBe('created');
  expect(await submitScoringJob(kubernetes, jobOf())).toBe('attached');
  expect(await submitScoringJob(kubernetes, jobOf({ workers: 3 }))).toBe('changed');
  expect(kubernetes.all('ScoringJob').one?.spec).toMatchObject({ pipeline: [{ fleet: { workers: 3 } }] });
  await expect(submitScoringJob(kubernetes, jobOf({ model: 'other' }))).rejects.toThrow(difference);
  const { one } = kubernetes.all('ScoringJob');
  if (one) kubernetes.put({ ...one, metadata: { ...one.metadata, ...deletion } });
  await expect(submitScoringJob(kubernetes, jobOf())).rejects.toThrow('one is being removed');
});

test('a ScoringJob of a later version is attached to, whatever fields of it are unknown here', async () => {
  const kubernetes = kubernetesInMemory();
  const { document, job } = jobOf();
  await submitScoringJob(kubernetes, { document: { ...document, spec: { ...document.spec, later: 1 } as never }, job });
  expect(await submitScoringJob(kubernetes, jobOf())).toBe('attached');
  await expect(submitScoringJob(kubernetes, jobOf({ model: 'other' }))).rejects.toThrow(difference);
});

test('a plain job is created once, attached to, and refused with other labels', async () => {
  const kubernetes = kubernetesInMemory();
  expect(await submitPlainJob(kubernetes, jobOf(), installation)).toBe('created');
  expect(await submitPlainJob(kubernetes, jobOf(), installation)).toBe('attached');
  await expect(submitPlainJob(kubernetes, jobOf({ model: 'other' }), installation)).rejects.toThrow(difference);
});

test('a ScoringJob that was scaled stays so when its file, which names no width, is submitted again', async () => {
  const kubernetes = kubernetesInMemory();
  await submitScoringJob(kubernetes, jobOf());
  const scaled = (workers: number) => {
    const { one } = kubernetes.all('ScoringJob');
    if (one) kubernetes.put({ ...one, spec: { ...(one.spec as object), workers } });
  };
  scaled(5);
  expect(await submitScoringJob(kubernetes, jobOf())).toBe('attached');
  expect(await submitScoringJob(kubernetes, jobOf({ spec: { limits: { maxTokens: 9 } } }))).toBe('changed');
  expect(kubernetes.all('ScoringJob').one?.spec).toMatchObject({ workers: 5, limits: { maxTokens: 9 } });
  expect(await submitScoringJob(kubernetes, jobOf({ spec: { workers: 2 } }))).toBe('changed');
  expect(kubernetes.all('ScoringJob').one?.spec).toMatchObject({ workers: 2 });
});

test('a plain job that runs is given the width of the file, and is told what else needs another driver', async () => {
  const kubernetes = kubernetesInMemory();
  await submitPlainJob(kubernetes, jobOf(), installation);
  const driver = () => kubernetes.all('Job')['one-driver'];
  const { uid, annotations } = driver()?.metadata ?? {};
  expect(await submitPlainJob(kubernetes, jobOf({ workers: 3 }), installation)).toBe('changed');
  expect(driver()?.metadata.uid).toBe(uid);
  expect(driver()?.metadata.annotations?.['proofmill.dev/job-file']).not.toBe(annotations?.['proofmill.dev/job-file']);
  const { data } = kubernetes.all('ConfigMap')['one-job'] as unknown as { data: { 'job.yaml': string } };
  expect(JSON.parse(data['job.yaml']).spec.pipeline[0].fleet.workers).toBe(3);
  expect(await submitPlainJob(kubernetes, jobOf({ workers: 3 }), installation)).toBe('attached');
  const restart = /has to be started again for this one: kubectl -n here delete job one-driver/;
  await expect(submitPlainJob(kubernetes, jobOf({ spec: { files: 'f' } }), installation)).rejects.toThrow(restart);
  const one = driver();
  if (one) kubernetes.put({ ...one, status: { conditions: [{ type: 'Failed', status: 'True' }] } });
  await expect(submitPlainJob(kubernetes, jobOf({ workers: 5 }), installation)).rejects.toThrow(
    /has ended with another/,
  );
});

test.each([
  ['Complete', 0],
  ['Failed', 2],
])('waiting for a plain job that ends as %s gives the exit code %i', async (type, exitCode) => {
  const kubernetes = kubernetesInMemory();
  await submitPlainJob(kubernetes, jobOf(), installation);
  const stop = new AbortController().signal;
  const options = { kubernetes, job: 'one', isPlain: true, clock: machineClock(20), onStatus: () => undefined, stop };
  const end = waitForEnd(options);
  const driver = kubernetes.all('Job')['one-driver'];
  if (driver) kubernetes.put({ ...driver, status: { conditions: [{ type, status: 'True' }] } });
  expect(await end).toBe(exitCode);
});

test('waiting for a ScoringJob reports its status, and rejects when it is removed', async () => {
  const kubernetes = kubernetesInMemory();
  await submitScoringJob(kubernetes, jobOf());
  const messages: string[] = [];
  const onStatus = ({ message }: JobStatus): void => void messages.push(message);
  const stop = new AbortController().signal;
  const end = waitForEnd({ kubernetes, job: 'one', isPlain: false, clock: machineClock(20), onStatus, stop });
  const status = {
    ...{ phase: 'Running', message: 'so far', done: 5, failed: 0, rate: '', eta: '', workers: '' },
    ...{ stages: [], output: 's3://b/out', conditions: [], observedGeneration: 1 },
  };
  const { one } = kubernetes.all('ScoringJob');
  if (one) kubernetes.put({ ...one, status });
  await vi.waitFor(() => expect(messages).toContain('so far'));
  const rejected = expect(end).rejects.toThrow('ScoringJob one was removed; its output stays');
  await kubernetes.remove({ apiVersion: 'proofmill.dev/v1alpha1', kind: 'ScoringJob', name: 'one' }, 'background');
  await rejected;
});

test.each([
  ['Complete', 0],
  ['Failed', 2],
])(
  'waiting ends with a status of a later version, whose phase is unknown here, by its condition %s',
  async (type, code) => {
    const kubernetes = kubernetesInMemory();
    await submitScoringJob(kubernetes, jobOf());
    const { one } = kubernetes.all('ScoringJob');
    const condition = { type, status: 'True', reason: 'R', message: 'm', lastTransitionTime: '2026-01-01T00:00:00Z' };
    if (one) kubernetes.put({ ...one, status: { phase: 'Archived', conditions: [condition], observedGeneration: 1 } });
    const stop = new AbortController().signal;
    const options = {
      kubernetes,
      job: 'one',
      isPlain: false,
      clock: machineClock(20),
      onStatus: () => undefined,
      stop,
    };
    expect(await waitForEnd(options)).toBe(code);
  },
);
