import { allTokens, type Job, type PlanEnd, type Totals } from '@proofmill/contract';

/** Which limit of the job the totals break, in a sentence; null for none. Shares need `end`: the number of all records. */
export function brokenLimit(job: Job, totals: Totals, end: PlanEnd | null): string | null {
  const { maxFailedShare, maxTokens } = job.spec.limits;
  const tokens = allTokens(totals.tokens);
  if (maxTokens !== undefined && tokens === null) {
    return `the engine does not count tokens, so limits.maxTokens (${maxTokens}) cannot be kept`;
  }
  if (maxTokens !== undefined && tokens !== null && tokens >= maxTokens) {
    return `${tokens} tokens are spent, limits.maxTokens is ${maxTokens}`;
  }
  if (end && totals.failed > maxFailedShare * end.records) {
    return `${totals.failed} of ${end.records} records failed, limits.maxFailedShare is ${maxFailedShare}`;
  }
  return null;
}
