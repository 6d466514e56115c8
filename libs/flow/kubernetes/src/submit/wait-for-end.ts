/** Waits for the end of a submitted job, and reports its status on the way. */
import {
  type Clock,
  ConfigurationError,
  exitCodes,
  type JobStatus,
  type KubernetesApi,
  type KubernetesObject,
  kubernetesNames,
  type ObjectRef,
} from '@proofmill/contract';
import { jobStateOf, kinds, readStatus } from '@proofmill/kubernetes-objects';
import { untilDecided } from '../until-decided.ts';

export interface WaitOptions {
  readonly kubernetes: KubernetesApi;
  readonly job: string;
  /** The job is a driver's Job, without a ScoringJob. */
  readonly isPlain: boolean;
  readonly clock: Clock;
  /** Called at every turn. */
  readonly onStatus: (status: JobStatus) => void;
  readonly stop: AbortSignal;
}

/**
 * The exit code that `proofmill run` would have for this job; null when `stop` fires first. ConfigurationError when the job is
 * removed; UnavailableError when the API server is away for too long.
 */
export async function waitForEnd(options: WaitOptions): Promise<number | null> {
  const { kubernetes, clock, isPlain, job, onStatus, stop } = options;
  const ref: ObjectRef = isPlain
    ? { ...kinds.job, name: kubernetesNames.driver(job) }
    : { ...kinds.scoringJob, name: job };
  const view = isPlain ? viewOfDriver : viewOfScoringJob;
  return untilDecided({ kubernetes, clock, observed: [ref], stop }, async () => {
    const { status, exitCode } = view(await existing(kubernetes, ref));
    if (status !== null) onStatus(status);
    return exitCode ?? undefined;
  });
}

async function existing(kubernetes: KubernetesApi, ref: ObjectRef): Promise<KubernetesObject> {
  const object = await kubernetes.read(ref);
  if (object === null) throw new ConfigurationError(`${ref.kind} ${ref.name} was removed; its output stays`);
  return object;
}

export interface JobView {
  readonly status: JobStatus | null;
  /** Null while the job has not ended. */
  readonly exitCode: number | null;
}

/** A status of an earlier generation says nothing about the job as it is now. */
export function viewOfScoringJob({ status: stored, metadata }: KubernetesObject): JobView {
  const status = readStatus(stored);
  const isStale = status === null || (status.observedGeneration ?? 0) < (metadata.generation ?? 0);
  return isStale ? { status: null, exitCode: null } : { status, exitCode: exitCodeOf(status) };
}

function viewOfDriver(driver: KubernetesObject): JobView {
  const { end, reported } = jobStateOf(driver);
  if (end === null) return { status: reported, exitCode: null };
  const failure = reported?.phase === 'LimitReached' ? exitCodes.limitBroken : exitCodes.configuration;
  return { status: reported, exitCode: end === 'succeeded' ? exitCodes.done : failure };
}

/**
 * By the conditions, as a later version may have phases that are unknown here. A driver's Job fails only where running it again is
 * pointless: for a bad job or configuration, or a limit.
 */
function exitCodeOf({ phase, conditions }: JobStatus): number | null {
  const isTrue = (wanted: string): boolean =>
    conditions.some(({ type, status }) => type === wanted && status === 'True');
  if (isTrue('Complete')) return exitCodes.done;
  if (!isTrue('Failed')) return null;
  return phase === 'LimitReached' ? exitCodes.limitBroken : exitCodes.configuration;
}
