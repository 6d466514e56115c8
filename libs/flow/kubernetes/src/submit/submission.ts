import type { Job, KubernetesObject } from '@proofmill/contract';

/** A job file, as it was written and as it was parsed. */
export interface SubmittedJob {
  readonly document: {
    readonly metadata: KubernetesObject['metadata'];
    readonly spec: Readonly<Record<string, unknown>>;
  };
  readonly job: Job;
}

/**
 *   created     it did not exist
 *   attached    it existed, and is the same
 *   changed     it existed with another fleet or other limits, which are now those of the file
 */
export type Submission = 'created' | 'attached' | 'changed';

export const beingRemoved = (name: string): string => `${name} is being removed: submit it again when it is gone`;

export const nameTaken = (name: string, namespace: string, difference: string): string =>
  `there is another job ${name} in ${namespace}; what differs, existing -> submitted: ${difference}. Undo the change, or choose another name and another output.`;
