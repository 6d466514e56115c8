import { type Job, jobSchema, type KubernetesObject } from '@proofmill/contract';
import { kinds } from '../objects/kinds.ts';
import { queueLabels } from '../objects/queue.ts';

/** The reason why a ScoringJob holds no job, as one sentence. */
export interface UnreadableJob {
  readonly problem: string;
}

/**
 * The job in a ScoringJob, with the file that its driver reads. The file holds only what the driver uses: any change of it means
 * that the driver is recreated.
 */
export function readScoringJob(resource: KubernetesObject): { job: Job; jobYaml: string } | UnreadableJob {
  const { name } = resource.metadata;
  const { suspend, ...spec } = (resource.spec ?? {}) as Record<string, unknown>;
  const labels = queueLabels(resource);
  const metadata = { name, ...(Object.keys(labels).length > 0 ? { labels } : {}) };
  const file = { ...kinds.scoringJob, metadata, spec };
  const parsed = jobSchema.safeParse({ ...file, spec: suspend === undefined ? spec : { ...spec, suspend } });
  if (parsed.success) return { job: parsed.data, jobYaml: `${JSON.stringify(file, null, 2)}\n` };
  const [issue] = parsed.error.issues;
  return { problem: `${(issue?.path ?? []).join('.')}: ${issue?.message ?? 'is not a job'}` };
}
