/** How the deadline of a job follows it from driver to driver (objects/driver-deadline.ts). */
import { type Job, type KubernetesObject, kubernetesAnnotations } from '@proofmill/contract';
import { deadlineChange, type UsedDeadline } from '../objects/driver-deadline.ts';
import { refOf } from '../objects/kinds.ts';
import { secondsBetween } from '../observed/instant.ts';
import type { JobState } from '../observed/job-state.ts';
import { readStatus } from '../observed/read-status.ts';
import type { Action } from './actions.ts';

/** The job was ended by its deadline, and has another one now. */
export const isExtended = ({ spec }: Job, { isOverDeadline, deadlineSeconds }: JobState): boolean =>
  isOverDeadline && deadlineSeconds !== (spec.activeDeadlineSeconds ?? null);

/**
 * What a job that is under way has used of its deadline, where its driver is recreated. One that resumes has all of it again, also
 * where its driver was removed to suspend it.
 */
export function usedDeadline({ status }: KubernetesObject, { spec }: Job, at: string): UsedDeadline | undefined {
  const { startTime, completionTime, phase } = readStatus(status) ?? {};
  if (spec.suspend || phase === 'Suspended' || startTime === undefined || completionTime !== undefined)
    return undefined;
  return { startedAt: startTime, seconds: secondsBetween(startTime, at) };
}

/** Another deadline, told to the Job of a driver that runs. */
export function deadlineActions(driver: KubernetesObject, job: Job, state: JobState): Action[] {
  const change = state.isFailing ? null : deadlineChange(job, state);
  return change === null ? [] : [{ do: 'patch', ref: refOf(driver), change }];
}

/** A job that resumes has all of its deadline again. */
export function activeAgain(driver: KubernetesObject, { startedAt }: JobState): Action[] {
  if (startedAt === null) return [];
  const annotations = { [kubernetesAnnotations.startedAt]: null };
  return [{ do: 'patch', ref: refOf(driver), change: { metadata: { annotations } } }];
}
