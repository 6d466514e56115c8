/** What the operator decides about a ScoringJob, and from what. */
import type { JobStatus, KubernetesObject, KubernetesSettings } from '@proofmill/contract';
import type { Action } from './actions.ts';
import type { ReadScoringJob } from './read-scoring-job.ts';

/** What exists of a ScoringJob. */
export interface ScoringJobParts {
  readonly resource: KubernetesObject;
  /** The driver's Job. */
  readonly driver: KubernetesObject | null;
  /** The Jobs of its stages: workers and collectors. */
  readonly stages: readonly KubernetesObject[];
  /** All pods of a job that is being deleted or has no driver; of any other job, those of its driver are enough. */
  readonly pods: readonly KubernetesObject[];
  /** Why its output belongs to another ScoringJob; absent where it does not. */
  readonly outputProblem?: string | undefined;
  /** The events that explain why the driver has no pod. */
  readonly events?: readonly KubernetesObject[];
}

/** A job that can be read, and its identity. */
export interface WantedJob extends ReadScoringJob {
  /** The digest of the identity: everything that decides labels, and where they go. */
  readonly jobDigest: string;
  /** Where the identity differs from that of the job that the driver runs; null where it does not. */
  readonly difference: string | null;
  /** The driver was created for another job file: for what means another job to this version. */
  readonly isChanged: boolean;
}

export interface Installation {
  readonly settings: KubernetesSettings;
  readonly settingsConfigMap: string;
  readonly namespace: string;
}

export interface Decision {
  readonly state:
    | 'deleting'
    | 'refused'
    | 'waiting'
    | 'new'
    | 'conflicting'
    | 'changed'
    | 'suspended'
    | 'driven'
    | 'finished';
  readonly actions: readonly Action[];
  /** The status to write; null where it does not change. */
  readonly status: JobStatus | null;
}
