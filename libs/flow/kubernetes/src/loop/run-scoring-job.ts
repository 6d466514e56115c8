/**
 * A job of a loop as a ScoringJob, from its creation to its end.
 *
 *   it does not exist     it is created; so is one that somebody has deleted meanwhile: its output says what is done
 *   it is being deleted   it is waited for, and created again
 *   it exists             it is attached to, once it has the fleet and the limits of the loop file
 */
import type { Clock, JobStatus, KubernetesApi, KubernetesObject } from '@proofmill/contract';
import { kinds } from '@proofmill/kubernetes-objects';
import type { SubmittedJob } from '../submit/submission.ts';
import { submitScoringJob } from '../submit/submit-scoring-job.ts';
import { viewOfScoringJob } from '../submit/wait-for-end.ts';
import { untilDecided } from '../until-decided.ts';

export interface ScoringJobOptions {
  readonly kubernetes: KubernetesApi;
  readonly submitted: SubmittedJob;
  readonly clock: Clock;
  /** Called at every turn. */
  readonly onStatus: (status: JobStatus) => void;
  readonly stop: AbortSignal;
}

export interface ScoringJobEnd {
  /** That of `proofmill run`. */
  readonly exitCode: number;
  readonly message: string;
}

/** Null when `stop` fires first: the job continues. ConfigurationError where a job of the name would decide other labels. */
export async function runScoringJob(options: ScoringJobOptions): Promise<ScoringJobEnd | null> {
  const { kubernetes, submitted, clock, onStatus, stop } = options;
  const ref = { ...kinds.scoringJob, name: submitted.job.metadata.name };
  let submittedAs: string | undefined;
  return untilDecided({ kubernetes, clock, observed: [ref], stop }, async () => {
    const existing = await kubernetes.read(ref);
    if (existing !== null && isGoing(existing)) return undefined;
    if (existing === null || existing.metadata.uid !== submittedAs) {
      const isSubmitted = await submit(kubernetes, submitted);
      submittedAs = isSubmitted ? existing?.metadata.uid : undefined;
      if (existing === null || !isSubmitted) return undefined;
    }
    const current = (await kubernetes.read(ref)) ?? existing;
    const { status, exitCode } = viewOfScoringJob(current);
    if (status !== null) onStatus(status);
    return exitCode === null ? undefined : { exitCode, message: status?.message ?? '' };
  });
}

/** False where the object that exists has begun to go meanwhile. */
async function submit(kubernetes: KubernetesApi, submitted: SubmittedJob): Promise<boolean> {
  try {
    await submitScoringJob(kubernetes, submitted);
    return true;
  } catch (error) {
    const now = await kubernetes.read({ ...kinds.scoringJob, name: submitted.job.metadata.name });
    if (now !== null && !isGoing(now)) throw error;
    return false;
  }
}

const isGoing = ({ metadata }: KubernetesObject): boolean => metadata.deletionTimestamp !== undefined;
