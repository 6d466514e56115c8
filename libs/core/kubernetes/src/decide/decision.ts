/** What the operator decides about a ScoringJob, and from what. */
import type { JobStatus, KubernetesObject, KubernetesSettings } from '@proofmill/contract';
import type { Action } from './actions.ts';
import type { JobChange } from './job-change.ts';
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
  /** How it differs from the job in the file of the driver. */
  readonly change: JobChange;
}

export interface Installation {
  readonly settings: KubernetesSettings;
  readonly settingsConfigMap: string;
  readonly namespace: string;
}

/** Why no driver can be made in the namespace, as one sentence. */
export interface NoInstallation {
  readonly problem: string;
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
  /** It has to be decided again after this time, as nothing that changes will ask for it. */
  readonly againAfterSeconds?: number;
}
