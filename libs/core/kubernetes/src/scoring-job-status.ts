/** `status` of a ScoringJob: what its driver says, and what only its operator can know. */
import { canonicalJson, type Job, type JobStatus, type KubernetesObject } from '@proofmill/contract';
import { conditionsOf } from './conditions.ts';
import type { JobState } from './job-state.ts';
import { readStatus } from './read-status.ts';
import type { Trouble } from './trouble.ts';

type Phase = JobStatus['phase'];

export interface StatusParts {
  readonly resource: KubernetesObject;
  readonly job: Job;
  /** The driver's Job; null where there is none yet, or none any more. */
  readonly state: JobState | null;
  /** What is to be told in the place of the driver's message. */
  readonly told: string | null;
  /** Why the driver cannot run; null where nothing is known against it. */
  readonly trouble: string | null;
  /** The time, as RFC 3339. */
  readonly at: string;
}

/** The status to write; null where it is the one that is there. */
export function statusOf({ resource, job, state, told, at, ...parts }: StatusParts): JobStatus | null {
  const before = readStatus(resource.status);
  const said = state?.said ?? before ?? blank(job.spec.output.uri);
  const phase = phaseOf(said, job, state);
  const isIdle = phase !== 'Planning' && phase !== 'Running';
  // Of a driver that is to run.
  const trouble = isIdle && phase !== 'Pending' ? null : parts.trouble;
  const message = told ?? trouble ?? messageOf(phase, said, state);
  return changed(resource, before, {
    ...said,
    ...(isIdle ? { recordsPerSecond: null, rate: '', etaSeconds: null, eta: '' } : {}),
    ...(phase === 'Suspended' ? { workers: said.workers.replace(/^\d+/, '0') } : {}),
    phase,
    message,
    conditions: conditionsOf({ phase, message, stalled: stalledBy(phase, trouble, said), before, at }),
  });
}

/** The job cannot be read. */
export function refusedStatus(resource: KubernetesObject, problem: string, at: string): JobStatus | null {
  const before = readStatus(resource.status);
  const said = before ?? blank('');
  const conditions = conditionsOf({ phase: 'Failed', message: problem, stalled: null, before, at });
  return changed(resource, before, { ...said, phase: 'Failed', message: problem, conditions });
}

/** The API server refuses what the job needs: nothing runs before somebody changes that. */
export function stalledStatus(resource: KubernetesObject, problem: string, at: string): JobStatus | null {
  const before = readStatus(resource.status);
  const said = before ?? blank('');
  const stalled = { reason: driverStalls, message: problem };
  const conditions = conditionsOf({ phase: said.phase, message: said.message, stalled, before, at });
  return changed(resource, before, { ...said, message: problem, conditions });
}

/** As it was, of the job as it is now. */
export function carriedStatus(resource: KubernetesObject): JobStatus | null {
  const before = readStatus(resource.status);
  return before && changed(resource, before, before);
}

export function messageOnly(resource: KubernetesObject, message: string): JobStatus | null {
  const before = readStatus(resource.status);
  return changed(resource, before, { ...(before ?? blank('')), message });
}

function phaseOf(said: JobStatus, job: Job, state: JobState | null): Phase {
  if (state?.end === 'succeeded') return 'Succeeded';
  if (state?.end === 'failed') return said.phase === 'LimitReached' ? 'LimitReached' : 'Failed';
  if (job.spec.suspend) return 'Suspended';
  if (state === null) return 'Pending';
  // It goes on, and its driver has not said so yet.
  const isOld = said.phase === 'Suspended' || (state.said === null && said.phase !== 'Pending');
  return isOld ? 'Pending' : said.phase;
}

function messageOf(phase: Phase, said: JobStatus, state: JobState | null): string {
  if (phase === 'Suspended') {
    const pods = state?.pods ?? 0;
    return pods > 0 ? 'suspending: the driver ends what it has under way' : 'suspended; spec.suspend: false goes on';
  }
  if (phase === 'Failed' && said.phase !== 'Failed') return state?.reason || 'the driver has failed';
  if (phase === 'Succeeded' && said.phase !== 'Succeeded') return 'done';
  if (phase === 'Pending' && said.phase !== 'Pending') return 'the driver goes on';
  if (state === null) return 'the driver is being made';
  return said.message;
}

/** The reason of a stall that the operator saw. Another one is the driver's to take back. */
const driverStalls = 'DriverCannotRun';

/** What the operator sees of the driver, else what that said of its pods while it ran. */
function stalledBy(phase: Phase, trouble: string | null, said: JobStatus): Trouble | null {
  if (trouble !== null) return { reason: driverStalls, message: trouble };
  const isOver = phase === 'Succeeded' || phase === 'Failed' || phase === 'LimitReached' || phase === 'Suspended';
  const told = said.conditions.find(({ type, status }) => type === 'Stalled' && status === 'True');
  return isOver || told === undefined || told.reason === driverStalls ? null : told;
}

function changed(resource: KubernetesObject, before: JobStatus | null, after: JobStatus): JobStatus | null {
  const { generation } = resource.metadata;
  const status = { ...after, ...(generation === undefined ? {} : { observedGeneration: generation }) };
  return before !== null && canonicalJson(before) === canonicalJson(status) ? null : status;
}

const blank = (output: string): JobStatus => ({
  phase: 'Pending',
  message: '',
  stage: null,
  done: 0,
  total: null,
  failed: 0,
  recordsPerSecond: null,
  rate: '',
  etaSeconds: null,
  eta: '',
  workers: '',
  stages: [],
  output,
  conditions: [],
});
