import { ConfigurationError, type Job, type StageSpec } from '@proofmill/contract';

/** What the job says of a stage. */
export function specOf(job: Job, stage: string): StageSpec {
  const spec = job.spec.pipeline.find(({ name }) => name === stage);
  if (!spec) throw new ConfigurationError(`the job has no stage ${stage}`);
  return spec;
}
