/**
 * What to do about a ScoringJob. It is decided from what exists now, never from what happened: an operator that was away decides
 * the same as one that was running.
 *
 *   deleting     The ScoringJob is being deleted, and somebody waits for the end of it: the driver's Job is removed, and with it
 *                everything that the driver created. Where nobody waits, the garbage collector does the same. The output stays.
 *   refused      The job cannot be read although the API server accepted it: phase Failed, with the sentence. A driver that runs
 *                continues. Or its output belongs to another ScoringJob (output-holders.ts): phase Failed until that is gone. Or
 *                the name of the driver is taken by a Job of somebody else.
 *   waiting      An earlier ScoringJob of this name has left its driver, Jobs or pods, which the garbage collector is removing.
 *   new          There is no driver, nor anything that one left: the ConfigMap with the job file and the driver are created.
 *   conflicting  The driver runs a job with other labels: it continues, and the message names the difference.
 *   changed      The same job has another fleet or other limits: the driver is removed with everything that it created. Once it is
 *                gone the job is new, and resumes from its output.
 *   suspended    The driver's Job is suspended first; when it has no pod, the Jobs of the stages are.
 *   driven       No Job is suspended; the status is what the driver reports.
 *   finished     The driver's Job has ended. A job that succeeded is never started again; any other is when its driver is deleted,
 *                or when its deadline ended it and it has another one. `ttlSecondsAfterFinished` later the ScoringJob is deleted.
 */
import {
  type Job,
  type JobStatus,
  type KubernetesObject,
  kubernetesAnnotations,
  kubernetesLabels,
} from '@proofmill/contract';
import { driverObjects } from '../objects/driver.ts';
import { deadlineChange, type UsedDeadline } from '../objects/driver-deadline.ts';
import { ownerReferenceTo, refOf } from '../objects/kinds.ts';
import { secondsBetween } from '../observed/instant.ts';
import { type JobState, jobStateOf } from '../observed/job-state.ts';
import { readStatus } from '../observed/read-status.ts';
import { troubleOf } from '../observed/trouble.ts';
import { refusedChange } from '../status/status-events.ts';
import { carriedStatus, messageOnly, refusedStatus, stalledStatus, statusOf } from '../status/scoring-job-status.ts';
import { type Action, removal, setSuspended, stageSuspension } from './actions.ts';
import type { Decision, Installation, ScoringJobParts, WantedJob } from './decision.ts';
import { isOfEarlierJob, leftovers } from './earlier-job.ts';
import { withoutFinalizer } from './former-finalizer.ts';
import type { UnreadableJob } from './read-scoring-job.ts';
import { clearance } from './stage-jobs.ts';

/** `at` is the time, as RFC 3339. */
export function decide(
  parts: ScoringJobParts,
  wanted: WantedJob | UnreadableJob,
  installation: Installation,
  at: string,
): Decision {
  const decision = decideOf(parts, wanted, installation, at);
  return { ...decision, actions: [...withoutFinalizer(parts.resource), ...decision.actions] };
}

function decideOf(
  parts: ScoringJobParts,
  wanted: WantedJob | UnreadableJob,
  installation: Installation,
  at: string,
): Decision {
  const { resource, driver } = parts;
  if (resource.metadata.deletionTimestamp !== undefined) return deleting(parts);
  if ('problem' in wanted) {
    return { state: 'refused', actions: [], status: refusedStatus(resource, 'InvalidJob', wanted.problem, at) };
  }
  if (driver === null) return withoutDriver(parts, wanted, installation, at);
  if (isOwned(driver, resource)) return withDriver(parts, driver, wanted, at);
  if (isOfEarlierJob(driver, resource)) {
    return waiting(parts, wanted, 'waiting until the driver of an earlier ScoringJob of this name is gone', at);
  }
  const problem = `the Job ${driver.metadata.name} exists already and does not belong to this ScoringJob: remove it, or choose another name`;
  return { state: 'refused', actions: [], status: stalledStatus(resource, problem, at) };
}

function deleting({ resource, driver, pods }: ScoringJobParts): Decision {
  const actions = driver && isOwned(driver, resource) ? removal([driver], 'background') : [];
  const message = `deleting: ${pods.length === 1 ? '1 pod is' : `${pods.length} pods are`} left; the output stays`;
  return { state: 'deleting', actions, status: messageOnly(resource, message) };
}

function waiting({ resource }: ScoringJobParts, { job, unknown }: WantedJob, notice: string, at: string): Decision {
  const status = statusOf({ resource, job, unknown, state: null, notice, trouble: null, at });
  return { state: 'waiting', actions: [], status };
}

function withoutDriver(parts: ScoringJobParts, wanted: WantedJob, installation: Installation, at: string): Decision {
  const { resource } = parts;
  const { job, jobYaml, jobDigest, unknown } = wanted;
  if (hasSucceeded(resource)) return finished(parts, job, carriedStatus(resource), at);
  const { outputProblem } = parts;
  if (outputProblem !== undefined) {
    return { state: 'refused', actions: [], status: refusedStatus(resource, 'OutputTaken', outputProblem, at) };
  }
  const left = leftovers(parts);
  if (left !== null) return waiting(parts, wanted, left, at);
  const owner = ownerReferenceTo(resource);
  const { suspend } = job.spec;
  const used = usedDeadline(resource, job, at);
  const objects = driverObjects({ ...installation, job, jobYaml, jobDigest, owner, suspend, used });
  const status = statusOf({ resource, job, unknown, state: null, notice: null, trouble: null, at });
  return { state: 'new', actions: objects.map((object): Action => ({ do: 'apply', object })), status };
}

function withDriver(parts: ScoringJobParts, driver: KubernetesObject, wanted: WantedJob, at: string): Decision {
  const { resource } = parts;
  const { job, unknown } = wanted;
  const state = jobStateOf(driver);
  const noticed = (notice: string, from: JobState | null = null): JobStatus | null =>
    statusOf({ resource, job, unknown, state: from, notice, trouble: null, at });

  if (state.isGoing) return { state: 'changed', actions: [], status: noticed('the driver is being recreated') };
  if (wanted.difference !== null) {
    const notice = `${refusedChange}${wanted.difference}`;
    const actions = direction(parts, driver, job, state);
    return { state: 'conflicting', actions, status: noticed(notice, state) };
  }
  if (state.end !== 'succeeded' && (wanted.isChanged || isExtended(job, state))) {
    const status = noticed('the job has changed: the driver is being recreated');
    return { state: 'changed', actions: removal([driver], 'foreground'), status };
  }
  const status = statusOf({ resource, job, unknown, state, notice: null, trouble: driverTrouble(parts), at });
  if (state.end !== null) return finished(parts, job, status, at);
  return {
    state: job.spec.suspend ? 'suspended' : 'driven',
    actions: direction(parts, driver, job, state),
    status,
  };
}

/** A driver that was killed at its deadline has left the Jobs of its stages. One whose time has come after its end is deleted. */
function finished(
  { resource, driver, stages }: ScoringJobParts,
  job: Job,
  status: JobStatus | null,
  at: string,
): Decision {
  if (isExpired(resource, job, at)) {
    return {
      state: 'finished',
      actions: [{ do: 'remove', ref: refOf(resource), how: 'background', of: resource }],
      status,
    };
  }
  const isLeft = driver !== null && jobStateOf(driver).end === 'failed';
  return { state: 'finished', actions: isLeft ? clearance(stages, false) : [], status };
}

/** Whether `ttlSecondsAfterFinished` has passed, of an end that everybody could see. */
function isExpired({ status: stored }: KubernetesObject, { spec }: Job, at: string): boolean {
  const { ttlSecondsAfterFinished: keptSeconds } = spec;
  const end = readStatus(stored)?.completionTime;
  return keptSeconds !== undefined && end !== undefined && secondsBetween(end, at) >= keptSeconds;
}

/** The job was ended by its deadline, and has another one now. */
const isExtended = ({ spec }: Job, { isOverDeadline, deadlineSeconds }: JobState): boolean =>
  isOverDeadline && deadlineSeconds !== (spec.activeDeadlineSeconds ?? null);

/** What a job that is under way has used of its deadline, where its driver is recreated. */
function usedDeadline({ status }: KubernetesObject, { spec }: Job, at: string): UsedDeadline | undefined {
  const { startTime, completionTime } = readStatus(status) ?? {};
  if (spec.suspend || startTime === undefined || completionTime !== undefined) return undefined;
  return { startedAt: startTime, seconds: secondsBetween(startTime, at) };
}

/** Why the driver cannot run. A Job runs one driver pod after the other; the latest counts. */
function driverTrouble({ pods, events = [] }: ScoringJobParts): string | null {
  const [latest] = pods
    .filter(({ metadata }) => metadata.labels?.[kubernetesLabels.component] === 'driver')
    .toSorted((left, right) =>
      (left.metadata.creationTimestamp ?? '') < (right.metadata.creationTimestamp ?? '') ? 1 : -1,
    );
  return troubleOf(latest ? [latest] : [], events)?.message.replace(/^1 of 1 drivers /, 'the driver ') ?? null;
}

const isOwned = (driver: KubernetesObject, { metadata }: KubernetesObject): boolean =>
  driver.metadata.ownerReferences?.some(({ uid }) => uid === metadata.uid) ?? false;

/** The job succeeded and has not changed since, so a missing driver is one that was cleared away. */
function hasSucceeded({ status, metadata }: KubernetesObject): boolean {
  const { phase, observedGeneration } = (status ?? {}) as Partial<JobStatus>;
  return phase === 'Succeeded' && observedGeneration === metadata.generation;
}

/** What changes on a driver that runs, and on its stages. */
function direction(parts: ScoringJobParts, driver: KubernetesObject, job: Job, state: JobState): Action[] {
  if (state.isFailing || state.end !== null) return [];
  const change = deadlineChange(job, state);
  return [
    ...(change === null ? [] : [{ do: 'patch', ref: refOf(driver), change } as const]),
    ...suspension(parts, driver, job, state),
  ];
}

/** The driver comes first, as it creates and resumes the Jobs of its stages; they follow when it has no pod. */
function suspension({ stages }: ScoringJobParts, driver: KubernetesObject, job: Job, state: JobState): Action[] {
  const { suspend } = job.spec;
  if (state.isSuspended !== suspend) return [setSuspended(driver, suspend), ...activeAgain(driver, state, suspend)];
  if (suspend && state.pods > 0) return [];
  return stageSuspension(stages, suspend);
}

/** A job that resumes has all of its deadline again. */
function activeAgain(driver: KubernetesObject, { startedAt }: JobState, suspend: boolean): Action[] {
  if (suspend || startedAt === null) return [];
  const annotations = { [kubernetesAnnotations.startedAt]: null };
  return [{ do: 'patch', ref: refOf(driver), change: { metadata: { annotations } } }];
}
