/** The objects of a stage with one worker's pod, for tests. */
import {
  type Job,
  jobSchema,
  type KubernetesSettings,
  keepEverything,
  kubernetesSettingsSchema,
  type StageFile,
  stageFileSchema,
} from '@proofmill/contract';
import { judgeProfile } from '@proofmill/test-kit';
import { workerObjects } from '../index.ts';

const profile = judgeProfile();

export interface Key {
  readonly env: string;
  readonly secret?: string;
}

export interface Engine {
  readonly model: string;
  readonly baseUrl?: string;
  readonly baseUrls?: readonly string[];
  readonly apiKey?: Key;
  readonly headers?: Record<string, string | Key>;
  readonly caFile?: string;
  readonly rate?: { readonly requestsPerMinute?: number; readonly tokensPerMinute?: number };
}

export const jobOf = (engine: Engine, first?: { engine?: Engine }, files?: string, fleet: object = {}): Job =>
  jobSchema.parse({
    ...{ apiVersion: 'proofmill.dev/v1alpha1', kind: 'ScoringJob', metadata: { name: 'one' } },
    spec: {
      corpus: { uris: ['s3://b/a.jsonl'] },
      pipeline: [
        {
          stage: 'label',
          judge: 'judge',
          engine,
          fleet: { workers: 4, ...fleet },
          ...(first ? { first: { judge: 'judge', ...first } } : {}),
        },
      ],
      output: { uri: 's3://b/out' },
      ...(files === undefined ? {} : { files }),
    },
  });

export function stageOf(engine: Engine, first?: { engine?: Engine }): StageFile {
  const votes = { max: 1, orders: 'fixed', stop: 'none', reasks: 0, logprobs: false };
  const judge = { profile, sampling: { temperature: 1, topP: 1, maxTokens: 10, seed: 0 }, votes };
  const engineOf = ({ model }: Engine) => ({ model, revision: null });
  const escalate = { below: 0.9, ordersDisagree: true };
  return stageFileSchema.parse({
    ...{ v: 1, run: 'one-label-0123abcd', stageDigest: '', partitions: 4 },
    definition: {
      ...{ kind: 'label', name: 'label', ...judge, engine: engineOf(engine), ranking: 'knockout' },
      keep: keepEverything,
      first: first ? { ...judge, engine: engineOf(first.engine ?? engine), escalate } : null,
    },
  });
}

export const settings = kubernetesSettingsSchema.parse({
  image: 'proofmill:1',
  nats: { url: 'nats://nats:4222' },
  engine: { image: 'vllm:1' },
  worker: { env: [{ name: 'HTTPS_PROXY', value: 'http://proxy:3128' }] },
});

export interface Container {
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly valueFrom?: unknown }[];
  readonly volumeMounts: readonly object[];
}

export interface PodSpec {
  readonly automountServiceAccountToken: boolean;
  readonly containers: readonly [Container];
  readonly initContainers?: readonly Container[];
  readonly volumes: readonly object[];
}

export function podOf(
  engine: Engine,
  first?: { engine?: Engine },
  files?: string,
  fleet?: object,
  installation: KubernetesSettings = settings,
): PodSpec {
  const owner = { apiVersion: 'batch/v1', kind: 'Job', name: 'one-driver', uid: 'u' };
  const job = jobOf(engine, first, files, fleet);
  const parts = { job, stage: stageOf(engine, first), settings: installation, namespace: 'here', owner };
  const [, { spec }] = workerObjects(parts);
  return (spec as { template: { spec: PodSpec } }).template.spec;
}
