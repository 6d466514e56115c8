/** A driver that supervises a fleet on an API server in memory, for tests. */
import {
  type Job,
  type JobStatus,
  jobSchema,
  type KubernetesObject,
  kubernetesSettingsSchema,
  type Manifest,
  type PlanEnd,
  profileSchema,
  type StageFile,
  type Totals,
} from '@proofmill/contract';
import { onTestFinished } from 'vitest';
import { kubernetesInMemory, type MemoryKubernetes } from '../kubernetes-in-memory.fixture.ts';
import { machineClock } from '../machine-clock.fixture.ts';
import type { DriverEnd } from './end-driver.ts';
import { type FleetSupervisor, superviseFleet } from './supervise-fleet.ts';

const sampling = { temperature: 1, topP: 1, maxTokens: 10 };
const profile = profileSchema.parse({
  ...{ name: 'prover', version: 1, purpose: 'prove', description: '', source: '' },
  messages: [{ role: 'user', template: 't' }],
  ...{ sampling, parse: { rule: 'proof', opening: 'o', conclusion: 'c {winner}' } },
  ...{ frameMarks: [], chatTemplateKwargs: {} },
});

export const stageOf = (name: string, maxTokens = 10): StageFile => ({
  ...{ v: 1, run: `one-${name}-0123abcd`, stageDigest: '', partitions: 4 },
  definition: {
    ...{ kind: 'prove', name, profile, engine: { model: 'm', revision: null } },
    sampling: { ...sampling, maxTokens, seed: 0 },
    ...{ candidates: 1, attempts: 1, select: 'first', selector: null },
  },
});
export const first = stageOf('first');
export const second = stageOf('second');

export const jobOf = (fleet: object = {}, labels: Record<string, string> = {}): Job =>
  jobSchema.parse({
    ...{ apiVersion: 'proofmill.dev/v1alpha1', kind: 'ScoringJob', metadata: { name: 'one', labels } },
    spec: {
      corpus: { uris: ['s3://b/a.jsonl'] },
      pipeline: ['first', 'second'].map((name, index) => ({
        ...{ stage: ['label', 'prove'][index], name, judge: 'prover', engine: { model: 'm', baseUrl: 'simulator:' } },
        fleet: { workers: 2, collectors: 3, ...fleet },
      })),
      output: { uri: 's3://b/out' },
    },
  });

export const settings = kubernetesSettingsSchema.parse({ image: 'proofmill:1', nats: { url: 'nats://nats:4222' } });
export const driverOf = (fields: object = {}): KubernetesObject => ({
  ...{ apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'one-driver', uid: 'driver-1' }, spec: {} },
  ...fields,
});

export async function scene({
  kubernetes = kubernetesInMemory(),
  job = jobOf(),
}: {
  kubernetes?: MemoryKubernetes;
  job?: Job;
} = {}) {
  if (!kubernetes.all('Job')['one-driver']) kubernetes.put(driverOf());
  const reported: string[] = [];
  const supervisor = await superviseFleet({
    ...{ kubernetes, job, settings, driverJob: 'one-driver', clock },
    time: () => '2026-01-01T00:00:00Z',
    report: (sentence) => reported.push(sentence),
  });
  let isEnded = false;
  const end = async (how: DriverEnd): Promise<void> => {
    isEnded = true;
    await supervisor.end(how);
  };
  onTestFinished(() => (isEnded ? undefined : supervisor.end({ how: 'retried', message: 'the test is over' })));
  const status = (): JobStatus =>
    JSON.parse(kubernetes.all('Job')['one-driver']?.metadata.annotations?.['proofmill.dev/status'] ?? '{}');
  const jobs = (): string[] => Object.keys(kubernetes.all('Job')).toSorted();
  return { kubernetes, supervisor, end, status, jobs, reported };
}

export const clock = machineClock();
export const soon = { timeout: 10_000, interval: 50 };
export const planned: PlanEnd = { v: 1, run: 'r', shards: 1, records: 10, decided: 0 };
export const begin = ({ events }: FleetSupervisor, stage: StageFile): void => {
  events.onStage(stage);
  events.onPlanned(stage, planned);
  events.onProgress(stage, 0, 0);
};
export const commit = ({ events }: FleetSupervisor, stage: StageFile): void =>
  events.onCommit(stage, {} as Manifest, { records: 10, failed: 1 } as Totals);

export const own = (job: string) => ['one-driver', `one-${job}-collector`, `one-${job}-worker`];
/** Changes a Job as the cluster's controllers do. */
export const change = (kubernetes: MemoryKubernetes, name: string, fields: object): void => {
  const job = kubernetes.all('Job')[name];
  if (!job) throw new Error(`there is no Job ${name}`);
  kubernetes.put({ ...job, ...fields });
};
export const condition = (type: string) => ({ status: { conditions: [{ type, status: 'True' }] } });
