import { type Job, jobSchema, type KubernetesObject, parseTolerantly } from '@proofmill/contract';
import { given } from '../objects/fields.ts';
import { kinds } from '../objects/kinds.ts';
import { queueMarks } from '../objects/queue.ts';

/** The reason why a ScoringJob holds no job, as one sentence. */
export interface UnreadableJob {
  readonly problem: string;
}

export interface ReadScoringJob {
  readonly job: Job;
  readonly jobYaml: string;
  /** Places of fields that this version does not know, and ignores: a later version may have written the object. */
  readonly unknown: readonly string[];
}

/**
 * The job in a ScoringJob, with the file that its driver reads. The file holds only what the driver uses, so that
 * nothing else makes it another file. Fields that are unknown here stay in the file, as the driver may be of a later version.
 */
export function readScoringJob(resource: KubernetesObject): ReadScoringJob | UnreadableJob {
  const { name } = resource.metadata;
  const whole = (resource.spec ?? {}) as Record<string, unknown>;
  const { suspend: _suspend, activeDeadlineSeconds: _deadline, ttlSecondsAfterFinished: _ttl, ...spec } = whole;
  const { labels, annotations } = queueMarks(resource);
  const metadata = { name, ...given('labels', labels), ...given('annotations', annotations) };
  const file = { ...kinds.scoringJob, metadata, spec };
  const read = parseTolerantly(jobSchema, { ...file, spec: whole });
  if ('value' in read) {
    return { job: read.value, jobYaml: `${JSON.stringify(file, null, 2)}\n`, unknown: read.unknown };
  }
  const [issue] = read.issues;
  return { problem: `${(issue?.path ?? []).join('.')}: ${issue?.message ?? 'is not a job'}` };
}
