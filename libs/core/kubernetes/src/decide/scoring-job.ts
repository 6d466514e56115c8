/**
 * What to do about a ScoringJob. It is decided from what exists now, never from what happened: an operator that was away decides
 * the same as one that was running.
 *
 *   deleting     The ScoringJob is being deleted, and somebody waits for the end of it: the driver's Job is removed, and with it
 *                everything that the driver created. Where nobody waits, the garbage collector does the same. The output stays.
 *   refused      The job cannot be read although the API server accepted it: phase Failed, with the sentence. A driver that runs
 *                continues. Or its output belongs to another ScoringJob (output-holders.ts): phase Failed until that is gone. Or
 *                the name of the driver is taken by a Job of somebody else, or the namespace lacks its settings.
 *   waiting      An earlier ScoringJob of this name, or an earlier driver, has left Jobs or pods, which the garbage collector is
 *                removing.
 *   new          There is no driver, nor anything that one left: the ConfigMap with the job file and the driver are created.
 *   conflicting  The driver runs a job with other labels: it continues, and the message names the difference.
 *   changed      The same job is reached or read in another way: the driver is removed with everything that it created. Once it is
 *                gone the job is new, and resumes from its output. What a driver takes while it runs (job-change.ts), it is told of.
 *   suspended    The driver's Job is suspended first; when it has no pod, the Jobs of the stages are. Where Kueue has the driver in a
 *                queue, only Kueue suspends it: it is removed instead. Without a driver none is created.
 *   driven       No Job is suspended; the status is what the driver reports. A driver that Kueue suspends is left alone, and phase
 *                Queued; when it has no pod, its workers are removed, and the next driver creates them again.
 *   finished     The driver's Job has ended. A job that succeeded is never started again; any other is when its driver is deleted,
 *                or when it has changed, be it in the last moment of its driver, or when its deadline ended it and it has another
 *                one. `ttlSecondsAfterFinished` later the ScoringJob is deleted.
 */
import { type Job, type JobStatus, type KubernetesObject, kubernetesLabels } from '@proofmill/contract';
import { driverObjects, jobFileObject } from '../objects/driver.ts';
import { ownerReferenceTo, refOf } from '../objects/kinds.ts';
import { type JobState, jobStateOf } from '../observed/job-state.ts';
import { troubleOf } from '../observed/trouble.ts';
import { carriedStatus, messageOnly, refusedStatus, stalledStatus, statusOf } from '../status/scoring-job-status.ts';
import { refusedChange } from '../status/status-events.ts';
import { type Action, removal, setSuspended, stageSuspension, tellDriver } from './actions.ts';
import { activeAgain, deadlineActions, isExtended, usedDeadline } from './deadline.ts';
import type { Decision, Installation, NoInstallation, ScoringJobParts, WantedJob } from './decision.ts';
import { isOfEarlierJob, leftovers } from './earlier-job.ts';
import { secondsLeft } from './expiry.ts';
import { withoutFinalizer } from './former-finalizer.ts';
import type { UnreadableJob } from './read-scoring-job.ts';
import { clearance } from './stage-jobs.ts';

/** `at` is the time, as RFC 3339. */
export function decide(
  parts: ScoringJobParts,
  wanted: WantedJob | UnreadableJob,
  installation: Installation | NoInstallation,
  at: string,
): Decision {
  const decision = decideOf(parts, wanted, installation, at);
  return { ...decision, actions: [...withoutFinalizer(parts.resource), ...decision.actions] };
}

function decideOf(
  parts: ScoringJobParts,
  wanted: WantedJob | UnreadableJob,
  installation: Installation | NoInstallation,
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

function withoutDriver(
  parts: ScoringJobParts,
  wanted: WantedJob,
  installation: Installation | NoInstallation,
  at: string,
): Decision {
  const { resource, outputProblem } = parts;
  const { job, jobYaml, jobDigest, unknown } = wanted;
  if (hasSucceeded(resource)) return finished(parts, job, carriedStatus(resource), at);
  if (outputProblem !== undefined) {
    return { state: 'refused', actions: [], status: refusedStatus(resource, 'OutputTaken', outputProblem, at) };
  }
  const left = leftovers(parts);
  if (left !== null) return waiting(parts, wanted, left, at);
  if ('problem' in installation) {
    return { state: 'refused', actions: [], status: stalledStatus(resource, installation.problem, at) };
  }
  const status = statusOf({ resource, job, unknown, state: null, notice: null, trouble: null, at });
  // Kueue would start a suspended driver when its turn comes.
  if (job.spec.suspend) return { state: 'suspended', actions: [], status };
  const owner = ownerReferenceTo(resource);
  const used = usedDeadline(resource, job, at);
  const objects = driverObjects({ ...installation, job, jobYaml, jobDigest, owner, suspend: false, used });
  return { state: 'new', actions: objects.map((object): Action => ({ do: 'apply', object })), status };
}

function withDriver(parts: ScoringJobParts, driver: KubernetesObject, wanted: WantedJob, at: string): Decision {
  const { resource } = parts;
  const { job, unknown } = wanted;
  const state = jobStateOf(driver);
  const noticed = (notice: string, from: JobState | null = null): JobStatus | null =>
    statusOf({ resource, job, unknown, state: from, notice, trouble: null, at });

  if (state.isGoing) {
    const notice = job.spec.suspend ? 'suspending: the driver is being removed' : 'the driver is being recreated';
    return { state: 'changed', actions: [], status: noticed(notice) };
  }
  if (wanted.difference !== null) {
    const notice = `${refusedChange}${wanted.difference}`;
    return { state: 'conflicting', actions: direction(parts, driver, job, state), status: noticed(notice, state) };
  }
  if (isRecreated(state, wanted)) {
    const status = noticed('the job has changed: the driver is being recreated');
    return { state: 'changed', actions: removal([driver], 'foreground'), status };
  }
  const status = statusOf({ resource, job, unknown, state, notice: null, trouble: driverTrouble(parts), at });
  if (state.end !== null) return finished(parts, job, status, at);
  const changes = wanted.change === 'none' ? [] : changeInPlace(parts, driver, wanted);
  return {
    state: job.spec.suspend ? 'suspended' : 'driven',
    actions: [...changes, ...direction(parts, driver, job, state)],
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
  const againAfterSeconds = secondsLeft(resource, job, at);
  if (againAfterSeconds === 0) {
    const expired: Action = { do: 'remove', ref: refOf(resource), how: 'background', of: resource };
    return { state: 'finished', actions: [expired], status: null };
  }
  const isLeft = driver !== null && jobStateOf(driver).end === 'failed';
  const actions = isLeft ? clearance(stages, false) : [];
  return { state: 'finished', actions, status, ...(againAfterSeconds === null ? {} : { againAfterSeconds }) };
}

/**
 * A driver that runs takes some changes as they are; one that has ended did not take them. Nor does one of an earlier version, which has no
 * annotation for it.
 */
function isRecreated(state: JobState, { change, job }: WantedJob): boolean {
  const { end, jobFile, jobFileTaken } = state;
  if (end === 'succeeded') return false;
  if (change === 'driver' || isExtended(job, state)) return true;
  const isUntaken = jobFileTaken !== null && jobFileTaken !== jobFile;
  if (end === 'failed') return change === 'in place' || isUntaken;
  return change === 'in place' && jobFileTaken === null;
}

/** The file first: a driver that sees the other digest on its Job reads it. */
function changeInPlace({ resource }: ScoringJobParts, driver: KubernetesObject, { job, jobYaml }: WantedJob): Action[] {
  const { namespace = '' } = driver.metadata;
  const file = jobFileObject({ job, jobYaml, namespace, owner: ownerReferenceTo(resource) });
  return [{ do: 'apply', object: file }, tellDriver(driver, jobYaml)];
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
export function hasSucceeded({ status, metadata }: KubernetesObject): boolean {
  const { phase, observedGeneration } = (status ?? {}) as Partial<JobStatus>;
  return phase === 'Succeeded' && observedGeneration === metadata.generation;
}

/** What changes on a driver that runs, and on its stages. */
function direction(parts: ScoringJobParts, driver: KubernetesObject, job: Job, state: JobState): Action[] {
  if (state.isFailing || state.end !== null) return [];
  return [...deadlineActions(driver, job, state), ...suspension(parts, driver, job, state)];
}

/** The driver comes first, as it creates and resumes the Jobs of its stages; they follow when it has no pod. */
function suspension({ stages }: ScoringJobParts, driver: KubernetesObject, job: Job, state: JobState): Action[] {
  const { suspend } = job.spec;
  if (state.queue !== null) {
    if (suspend) return removal([driver], 'foreground');
    if (state.isSuspended) return state.pods > 0 ? [] : stageSuspension(stages, true);
  } else if (state.isSuspended !== suspend) {
    return [setSuspended(driver, suspend), ...(suspend ? [] : activeAgain(driver, state))];
  }
  if (suspend && state.pods > 0) return [];
  return stageSuspension(stages, suspend);
}
