import { type Job, limitsSchema, type PlanEnd, type Totals } from '@proofmill/contract';

/** Which limit of the job the totals break, in a sentence; null for none. Shares need `end`: the number of all records. */
export function brokenLimit(job: Job, totals: Totals, end: Pick<PlanEnd, 'records'> | null): string | null {
  const { maxFailedShare, maxTokens } = job.spec.limits;
  const tokens = totals.tokens.prompt + totals.tokens.completion;
  if (maxTokens !== undefined && tokens >= maxTokens) {
    return `${tokens} tokens are spent, limits.maxTokens is ${maxTokens}`;
  }
  if (end && totals.failed > maxFailedShare * end.records) {
    return `${totals.failed} of ${end.records} records failed, limits.maxFailedShare is ${maxFailedShare}`;
  }
  return null;
}

/** The job with nothing that stops it. */
export const withoutLimits = (job: Job): Job => ({ ...job, spec: { ...job.spec, limits: limitsSchema.parse({}) } });
