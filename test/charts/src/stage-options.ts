/** A stage of a job, as the driver makes its objects. */
import { jobSchema, type KubernetesSettings, keepEverything, stageFileSchema } from '@proofmill/contract';
import { judgeProfile } from '@proofmill/test-kit';
import type { StageOptions } from '@proofmill/kubernetes-objects';

const profile = judgeProfile();

export function stageOptions(settings: KubernetesSettings, engine: object, fleet: object): StageOptions {
  const job = jobSchema.parse({
    ...{ apiVersion: 'proofmill.dev/v1alpha1', kind: 'ScoringJob', metadata: { name: 'one' } },
    spec: {
      corpus: { uris: ['s3://b/a.jsonl'] },
      pipeline: [{ stage: 'label', judge: 'judge', engine: { model: 'm', ...engine }, fleet }],
      output: { uri: 's3://b/out' },
    },
  });
  const stage = stageFileSchema.parse({
    ...{ v: 1, run: 'one-label-0123abcd', stageDigest: '', partitions: 4 },
    definition: {
      ...{ kind: 'label', name: 'label', profile, engine: { model: 'm', revision: null }, ranking: 'knockout' },
      sampling: { temperature: 1, topP: 1, maxTokens: 10, seed: 0 },
      votes: { max: 1, orders: 'fixed', stop: 'none', reasks: 0, logprobs: false },
      ...{ keep: keepEverything, first: null },
    },
  });
  const owner = { apiVersion: 'batch/v1', kind: 'Job', name: 'one-driver', uid: 'u' };
  return { job, stage, settings, namespace: 'here', owner };
}
