import { type JobStatus, type KubernetesObject, kubernetesAnnotations } from '@proofmill/contract';
import { readStatus } from './read-status.ts';

/** What a Job (batch/v1) of ours says. */
export interface JobState {
  /** It is being removed. */
  readonly isGoing: boolean;
  readonly isSuspended: boolean;
  /** Pods that run or are ending. */
  readonly pods: number;
  readonly end: 'succeeded' | 'failed' | null;
  /** Why it failed, as its controller says. */
  readonly reason: string;
  /** The digest of the file that a driver reads; null where nobody said. */
  readonly jobFile: string | null;
  readonly jobDigest: string | null;
  /** What a driver says of its job. */
  readonly said: JobStatus | null;
}

interface JobFields {
  readonly spec?: { readonly suspend?: boolean };
  readonly status?: {
    readonly active?: number;
    readonly terminating?: number;
    readonly conditions?: readonly { readonly type: string; readonly status: string; readonly message?: string }[];
  };
}

export function jobStateOf(job: KubernetesObject): JobState {
  const { spec = {}, status = {} } = job as JobFields;
  const { annotations = {}, deletionTimestamp } = job.metadata;
  const { conditions = [], active = 0, terminating = 0 } = status;
  const holds = (type: string): boolean => conditions.some((one) => one.type === type && one.status === 'True');
  // A Job that is to fail says so before its last pod is gone, and is at its end only then.
  const end = holds('Complete') ? 'succeeded' : holds('Failed') ? 'failed' : null;
  return {
    isGoing: deletionTimestamp !== undefined,
    isSuspended: spec.suspend === true,
    pods: active + terminating,
    end,
    reason: conditions.find(({ type }) => type === 'Failed')?.message ?? '',
    jobFile: annotations[kubernetesAnnotations.jobFile] ?? null,
    jobDigest: annotations[kubernetesAnnotations.jobDigest] ?? null,
    said: saidOf(annotations[kubernetesAnnotations.status]),
  };
}

function saidOf(annotation: string | undefined): JobStatus | null {
  if (annotation === undefined) return null;
  try {
    return readStatus(JSON.parse(annotation));
  } catch {
    return null;
  }
}
