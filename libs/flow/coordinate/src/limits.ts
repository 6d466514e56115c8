/**
 * The limits of a job. They are looked at while it runs, with what is known so far, and are exact in the end: at the commits, and
 * once more when a stage is complete.
 */
import { type Job, limitsSchema, type PlanEnd } from '@proofmill/contract';
import { grouped, isSurelyAbove } from '@proofmill/stats';

/** What is known of a job. */
export interface Known {
  /** Tokens of all stages, of outcomes that are journalled or committed; null where an engine does not count them. */
  readonly tokens: number | null;
  /** Records of the stage under way that have an outcome, and those among them that have no label. */
  readonly finished: number;
  readonly failed: number;
}

/** Outcomes without which a share of failures says nothing yet. */
const fewestOutcomes = 100;

/** Whether outcomes have to be looked at while a stage runs: to read them costs time, and most jobs have no limit to break. */
export const isLimited = ({ spec: { limits } }: Job): boolean =>
  limits.maxTokens !== undefined || limits.maxCost !== undefined || limits.maxFailedShare < 1;

/** Which limit of the job is broken, in a sentence; null for none. `end` is known when the stage is planned. */
export function brokenLimit(
  { spec: { limits } }: Job,
  { tokens, finished, failed }: Known,
  end: Pick<PlanEnd, 'records' | 'failed'> | null,
): string | null {
  const { maxFailedShare, maxTokens } = limits;
  if (maxTokens !== undefined && tokens === null) {
    return `the engine does not count tokens, so limits.maxTokens (${maxTokens}) cannot be kept`;
  }
  if (maxTokens !== undefined && tokens !== null && tokens >= maxTokens) {
    return `${tokens} tokens are spent, limits.maxTokens is ${maxTokens}`;
  }
  const atLeast = Math.max(failed, end?.failed ?? 0);
  if (end && atLeast > maxFailedShare * end.records) {
    return `${atLeast} of ${end.records} records failed, limits.maxFailedShare is ${maxFailedShare}`;
  }
  if (finished >= fewestOutcomes && isSurelyAbove(maxFailedShare, failed, finished)) {
    return `${grouped(failed)} of the first ${grouped(finished)} records with an outcome failed, limits.maxFailedShare is ${maxFailedShare}`;
  }
  return null;
}

/** The job, which may fail any share of its records. */
export const withoutFailedShare = (job: Job): Job => ({
  ...job,
  spec: { ...job.spec, limits: { ...job.spec.limits, maxFailedShare: 1 } },
});

/** The job with nothing that stops it. */
export const withoutLimits = (job: Job): Job => ({ ...job, spec: { ...job.spec, limits: limitsSchema.parse({}) } });
