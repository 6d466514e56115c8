/** `status` of a ScoringJob: what its driver reports, and what only the operator can see. */
import { canonicalJson, type Job, type JobStatus, type KubernetesObject, kubernetesLabels } from '@proofmill/contract';
import { deadlineSentence } from '../objects/driver-deadline.ts';
import type { JobState } from '../observed/job-state.ts';
import { readStatus } from '../observed/read-status.ts';
import type { Trouble } from '../observed/trouble.ts';
import { blankStatus } from './blank-status.ts';
import { conditionsOf } from './conditions.ts';

type Phase = JobStatus['phase'];

export interface StatusParts {
  readonly resource: KubernetesObject;
  readonly job: Job;
  /** Places of fields of the ScoringJob that this version does not know. */
  readonly unknown: readonly string[];
  /** The driver's Job; null where it does not exist yet, or no longer. */
  readonly state: JobState | null;
  /** A sentence to report in place of the driver's. */
  readonly notice: string | null;
  /** Why the driver cannot run; null where no reason is known. */
  readonly trouble: string | null;
  /** The time, as RFC 3339. */
  readonly at: string;
}

/** The status to write; null where it does not change. */
export function statusOf({ resource, job, unknown, state, notice, at, ...parts }: StatusParts): JobStatus | null {
  const before = readStatus(resource.status);
  const reported = state?.reported ?? withoutIgnored(before) ?? blankStatus(job.spec.output.uri);
  const phase = phaseOf(reported, job, state);
  const isIdle = phase !== 'Planning' && phase !== 'Running';
  const isHeld = state !== null && isHeldByKueue(state);
  // A driver that is not meant to run has no trouble.
  const isMeant = (phase === 'Pending' || phase === 'Queued' || !isIdle) && !isHeld;
  const trouble = isMeant ? parts.trouble : null;
  const message = `${notice ?? trouble ?? messageOf(phase, reported, state)}${ignored(unknown)}`;
  const failure = state?.isOverDeadline ? 'DeadlineExceeded' : undefined;
  const { startTime: _startTime, completionTime: _completionTime, ...unchanged } = reported;
  return changedStatus(resource, before, {
    ...unchanged,
    ...timesOf(state, before, phase),
    ...(isIdle ? { recordsPerSecond: null, rate: '', etaSeconds: null, eta: '' } : {}),
    ...(phase === 'Suspended' || isHeld ? { workers: reported.workers.replace(/^\d+/, '0') } : {}),
    ...(phase === 'Suspended' || isHeld || (state !== null && state.end !== null) ? { replicas: 0 } : {}),
    phase,
    message,
    conditions: conditionsOf({ phase, failure, message, stalled: stalledBy(phase, trouble, reported), before, at }),
  });
}

/**
 * When the job became active, and when it ended. Without a driver, a job that was under way still is, and one that has ended or was
 * suspended starts again.
 */
function timesOf(
  state: JobState | null,
  before: JobStatus | null,
  phase: Phase,
): Pick<JobStatus, 'startTime' | 'completionTime'> {
  const startsAgain = before?.completionTime !== undefined || (before?.phase === 'Suspended' && phase !== 'Suspended');
  const known = startsAgain ? undefined : before?.startTime;
  const startTime = state?.startedAt ?? state?.startTime ?? known;
  const completionTime = state?.endTime ?? undefined;
  return {
    ...(startTime === undefined ? {} : { startTime }),
    ...(completionTime === undefined ? {} : { completionTime }),
  };
}

/** Ends the message of a job that has such fields: they have no effect, and the job runs without them. */
const ignored = (unknown: readonly string[]): string =>
  unknown.length === 0 ? '' : ` (ignored, as this version of Proofmill does not know it: ${unknown.join(', ')})`;

/** A stored message becomes the next one where the driver reports none, and gets its end again. */
const withoutIgnored = (before: JobStatus | null): JobStatus | null =>
  before && { ...before, message: before.message.replace(/ \(ignored, as this version [^)]*\)$/, '') };

/** The status of a job that does not begin, as it is. `failure` is the reason as one word in CamelCase. */
export function refusedStatus(
  resource: KubernetesObject,
  failure: string,
  problem: string,
  at: string,
): JobStatus | null {
  const before = readStatus(resource.status);
  const conditions = conditionsOf({ phase: 'Failed', failure, message: problem, stalled: null, before, at });
  return changedStatus(resource, before, {
    ...(before ?? blankStatus('')),
    phase: 'Failed',
    message: problem,
    conditions,
  });
}

/** The status of a job whose objects the API server refuses: nothing can start until somebody changes that. */
export function stalledStatus(resource: KubernetesObject, problem: string, at: string): JobStatus | null {
  const before = readStatus(resource.status);
  const status = before ?? blankStatus('');
  const stalled = { reason: driverStalls, message: problem };
  const conditions = conditionsOf({ phase: status.phase, message: status.message, stalled, before, at });
  return changedStatus(resource, before, { ...status, message: problem, conditions });
}

/** The status as it is, of the current generation. */
export function carriedStatus(resource: KubernetesObject): JobStatus | null {
  const before = readStatus(resource.status);
  return before && changedStatus(resource, before, before);
}

export function messageOnly(resource: KubernetesObject, message: string): JobStatus | null {
  const before = readStatus(resource.status);
  return changedStatus(resource, before, { ...(before ?? blankStatus('')), message });
}

function phaseOf(reported: JobStatus, job: Job, state: JobState | null): Phase {
  if (state?.end === 'succeeded') return 'Succeeded';
  if (state?.end === 'failed') {
    return reported.phase === 'LimitReached' && !state.isOverDeadline ? 'LimitReached' : 'Failed';
  }
  if (job.spec.suspend) return 'Suspended';
  if (state === null) return 'Pending';
  if (isHeldByKueue(state)) return 'Queued';
  // The job resumes, or starts again, and its driver has not reported yet.
  const isStale = reported.phase === 'Suspended' || (state.reported === null && reported.phase !== 'Pending');
  return isStale ? 'Pending' : reported.phase;
}

function messageOf(phase: Phase, reported: JobStatus, state: JobState | null): string {
  if (phase === 'Suspended') {
    const pods = state?.pods ?? 0;
    return pods > 0 ? 'suspending: the driver is stopping' : 'suspended; set spec.suspend to false to resume';
  }
  if (state !== null && phase === 'Queued' && isHeldByKueue(state)) return heldSentence(state);
  if (phase === 'Failed' && state?.isOverDeadline) return overDeadline(state);
  if (phase === 'Failed' && reported.phase !== 'Failed') return state?.reason || 'the driver has failed';
  if (phase === 'Succeeded' && reported.phase !== 'Succeeded') return 'done';
  if (state === null) return 'the driver is being created';
  if (phase === 'Pending' && reported.phase !== 'Pending') return 'the driver is resuming the job';
  return reported.message;
}

/** Kueue has the driver in a queue, and has not admitted it, or no longer does. */
const isHeldByKueue = ({ queue, isSuspended, end }: JobState): boolean => queue !== null && isSuspended && end === null;

const heldSentence = ({ queue }: JobState): string =>
  `the driver waits in the queue ${queue} until Kueue admits it: kubectl get workloads says why` +
  (queue === 'default'
    ? '. Kueue puts every Job of a namespace into its LocalQueue default; under another name it would not'
    : '');
const overDeadline = ({ deadlineSeconds }: JobState): string =>
  `${deadlineSentence(deadlineSeconds)}, and with another deadline the job resumes`;

/** The reason of a stall that the operator sees. A stall with another reason was reported by the driver, which also ends it. */
const driverStalls = 'DriverCannotRun';

/** What keeps the driver from running; else the stall that the driver reported while it ran. */
function stalledBy(phase: Phase, trouble: string | null, reported: JobStatus): Trouble | null {
  if (trouble !== null) return { reason: driverStalls, message: trouble };
  const isIdle = phase === 'Succeeded' || phase === 'Failed' || phase === 'LimitReached' || phase === 'Suspended';
  const stall = reported.conditions.find(({ type, status }) => type === 'Stalled' && status === 'True');
  return isIdle || stall === undefined || stall.reason === driverStalls ? null : stall;
}

function changedStatus(resource: KubernetesObject, before: JobStatus | null, after: JobStatus): JobStatus | null {
  const { generation, name } = resource.metadata;
  const status = {
    replicas: 0,
    ...after,
    selector: workerSelector(name),
    ...(generation === undefined ? {} : { observedGeneration: generation }),
  };
  return before !== null && canonicalJson(before) === canonicalJson(status) ? null : status;
}

/** The pods of the workers of a job, whatever their stage. */
const workerSelector = (job: string): string => `${kubernetesLabels.job}=${job},${kubernetesLabels.component}=worker`;
