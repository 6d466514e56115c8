import { type JobStatus, type KubernetesObject, kubernetesAnnotations } from '@proofmill/contract';
import { queueOf } from '../objects/queue.ts';
import { readStatus } from './read-status.ts';

/** What a Job (batch/v1) of ours reports. */
export interface JobState {
  /** It is being removed. */
  readonly isGoing: boolean;
  readonly isSuspended: boolean;
  /** The queue of Kueue that it is in; null for none. What is in a queue, only Kueue suspends and resumes. */
  readonly queue: string | null;
  /** Pods that run or are terminating. */
  readonly pods: number;
  readonly end: 'succeeded' | 'failed' | null;
  /** Its controller has decided that it fails, though pods of it may still run. */
  readonly isFailing: boolean;
  /** Why it failed, in its controller's words. */
  readonly reason: string;
  /** Its deadline has passed: it fails, or has failed. */
  readonly isOverDeadline: boolean;
  /** When it first became active, or resumed last; null before that. */
  readonly startTime: string | null;
  readonly endTime: string | null;
  /** Its `activeDeadlineSeconds`, which may be what earlier drivers have left of that of the job. */
  readonly secondsLeft: number | null;
  /** `activeDeadlineSeconds` of the job when that was last looked at. */
  readonly deadlineSeconds: number | null;
  /** When the job became active, where that was before this driver. */
  readonly startedAt: string | null;
  /** The sha256 of the file that a driver is to follow; null without the annotation. */
  readonly jobFile: string | null;
  /** The sha256 of the file that it follows; null for a driver that follows no changes. */
  readonly jobFileTaken: string | null;
  readonly jobDigest: string | null;
  /** The status that a driver reports; null before its first. */
  readonly reported: JobStatus | null;
}

interface JobFields {
  readonly spec?: { readonly suspend?: boolean; readonly activeDeadlineSeconds?: number };
  readonly status?: {
    readonly active?: number;
    readonly terminating?: number;
    readonly startTime?: string;
    readonly conditions?: readonly Condition[];
  };
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime?: string;
}

export function jobStateOf(job: KubernetesObject): JobState {
  const { spec = {}, status = {} } = job as JobFields;
  const { annotations = {}, deletionTimestamp } = job.metadata;
  const { conditions = [], active = 0, terminating = 0 } = status;
  const isTrue = (type: string): boolean => trueCondition(type) !== undefined;
  const trueCondition = (type: string) =>
    conditions.find((condition) => condition.type === type && condition.status === 'True');
  // A failing Job is marked FailureTarget while its last pods terminate, and Failed when they are gone.
  const isFailed = isTrue('Failed');
  const end = isTrue('Complete') ? 'succeeded' : isFailed ? 'failed' : null;
  return {
    isGoing: deletionTimestamp !== undefined,
    isSuspended: spec.suspend === true,
    queue: queueOf(job),
    pods: active + terminating,
    end,
    isFailing: isFailed || isTrue('FailureTarget'),
    reason: trueCondition('Failed')?.message ?? '',
    isOverDeadline: (trueCondition('Failed') ?? trueCondition('FailureTarget'))?.reason === 'DeadlineExceeded',
    startTime: status.startTime ?? null,
    endTime: (trueCondition('Complete') ?? trueCondition('Failed'))?.lastTransitionTime ?? null,
    secondsLeft: spec.activeDeadlineSeconds ?? null,
    deadlineSeconds: numberOrNull(annotations[kubernetesAnnotations.deadline]),
    startedAt: annotations[kubernetesAnnotations.startedAt] ?? null,
    jobFile: annotations[kubernetesAnnotations.jobFile] ?? null,
    jobFileTaken: annotations[kubernetesAnnotations.jobFileTaken] ?? null,
    jobDigest: annotations[kubernetesAnnotations.jobDigest] ?? null,
    reported: reportedStatus(annotations[kubernetesAnnotations.status]),
  };
}

const numberOrNull = (text: string | undefined): number | null => (text === undefined ? null : Number(text));

function reportedStatus(annotation: string | undefined): JobStatus | null {
  if (annotation === undefined) return null;
  try {
    return readStatus(JSON.parse(annotation));
  } catch {
    return null;
  }
}
