/** What has to be done about a ScoringJob, from what there is of it now. */
import {
  type Job,
  type JobStatus,
  jobSchema,
  type KubernetesObject,
  type KubernetesSettings,
  kubernetesFinalizer,
  kubernetesLabels,
  type ObjectRef,
  type OwnerReference,
  scoringJobs,
  sha256,
} from '@proofmill/contract';
import { driverObjects } from './driver.ts';
import { type JobState, jobStateOf } from './job-state.ts';
import { carriedStatus, messageOnly, refusedStatus, stalledStatus, statusOf } from './scoring-job-status.ts';
import { troubleOf } from './trouble.ts';
import { queueLabels } from './workers.ts';

/**
 * A decision is made from what there is, never from what happened: whoever was away when it happened decides the same.
 *
 *   ending       it is to be deleted: its driver goes, and with it what that made; when no pod is left, the finalizer goes too,
 *                and the object with it. The output stays.
 *   refused      the job cannot be read, though the server took it: phase Failed, with the sentence. What runs goes on.
 *   new          there is no driver, nor what one left: it gets the finalizer, the ConfigMap with its file, the driver.
 *   other        its driver was made for a job with other labels: the driver goes on, the message says the difference.
 *   changed      the same job with another fleet or other limits: the driver goes, with all that it made; when it is gone the job is
 *                as new, and goes on where its output is.
 *   suspended    the driver's Job is suspended first, then, when it has no pod, those of the stages.
 *   driven       the Jobs are not suspended; what the driver says of itself is the status.
 *   over         the driver's Job is at its end. A job that succeeded is not begun again; another one is, when its driver is deleted.
 */
export interface ScoringJobParts {
  readonly resource: KubernetesObject;
  /** The driver's Job. */
  readonly driver: KubernetesObject | null;
  /** The Jobs of its stages: workers and collectors. */
  readonly stages: readonly KubernetesObject[];
  /** The pods of the job; of one that is not to be deleted those of its driver suffice. */
  readonly pods: readonly KubernetesObject[];
  /** Those that tell why the driver has no pod. */
  readonly events?: readonly KubernetesObject[];
}

/** A job, and who it is. */
export interface WantedJob {
  readonly job: Job;
  /** What the driver reads. */
  readonly jobYaml: string;
  /** The digest of its identity. */
  readonly jobDigest: string;
  /** Where its identity differs from that of the job that the driver was made for; null where it does not. */
  readonly difference: string | null;
}

export interface Installation {
  readonly settings: KubernetesSettings;
  readonly settingsConfigMap: string;
  readonly namespace: string;
}

export type Action =
  | { readonly do: 'apply'; readonly object: KubernetesObject }
  | { readonly do: 'patch'; readonly ref: ObjectRef; readonly change: object }
  | { readonly do: 'remove'; readonly ref: ObjectRef; readonly how: 'background' | 'foreground' };

export interface Decision {
  readonly state: 'ending' | 'refused' | 'new' | 'other' | 'changed' | 'suspended' | 'driven' | 'over';
  readonly actions: readonly Action[];
  /** The status to write; null where it stays. */
  readonly status: JobStatus | null;
}

/**
 * The job in a ScoringJob, with the file that its driver reads, or the sentence that says what is wrong with it. The file says
 * nothing that the driver has no use for: what changes in it makes another driver necessary.
 */
export function readScoringJob(resource: KubernetesObject): { job: Job; jobYaml: string } | { problem: string } {
  const { name } = resource.metadata;
  const { suspend, ...spec } = (resource.spec ?? {}) as Record<string, unknown>;
  const { apiVersion, kind } = scoringJobs;
  const labels = queueLabels({ metadata: resource.metadata });
  const metadata = { name, ...(Object.keys(labels).length > 0 ? { labels } : {}) };
  const file = { apiVersion, kind, metadata, spec };
  const parsed = jobSchema.safeParse({ ...file, spec: suspend === undefined ? spec : { ...spec, suspend } });
  if (parsed.success) return { job: parsed.data, jobYaml: `${JSON.stringify(file, null, 2)}\n` };
  const [issue] = parsed.error.issues;
  return { problem: `${(issue?.path ?? []).join('.')}: ${issue?.message ?? 'is not a job'}` };
}

/** `wanted` is the job, or why there is none. `at` is the time, as RFC 3339. */
export function decide(
  parts: ScoringJobParts,
  wanted: WantedJob | { readonly problem: string },
  installation: Installation,
  at: string,
): Decision {
  const { resource } = parts;
  if (resource.metadata.deletionTimestamp !== undefined) return ending(parts);
  if ('problem' in wanted) {
    return { state: 'refused', actions: [], status: refusedStatus(resource, wanted.problem, at) };
  }
  return alive(parts, wanted, installation, at);
}

function ending(parts: ScoringJobParts): Decision {
  const { resource, driver, stages, pods } = parts;
  const { finalizers = [] } = resource.metadata;
  if (!finalizers.includes(kubernetesFinalizer)) return { state: 'ending', actions: [], status: null };
  // One that is not of this ScoringJob is left alone, with what it made.
  const isForeign = driver !== null && !isOwned(driver, resource);
  const left = isForeign ? [] : [...(driver ? [driver] : []), ...stages];
  if (left.length === 0 && (isForeign || pods.length === 0)) {
    const { resourceVersion } = resource.metadata;
    const change = {
      metadata: { resourceVersion, finalizers: finalizers.filter((one) => one !== kubernetesFinalizer) },
    };
    return { state: 'ending', actions: [{ do: 'patch', ref: refOf(resource), change }], status: null };
  }
  // What a driver made goes with it; without one it has to be removed by itself.
  const actions = driver ? removal([driver], 'foreground') : removal(stages, 'background');
  const message = `ending: ${pods.length === 1 ? '1 pod is' : `${pods.length} pods are`} left; the output stays`;
  return { state: 'ending', actions, status: messageOnly(resource, message) };
}

function alive(parts: ScoringJobParts, wanted: WantedJob, installation: Installation, at: string): Decision {
  const { resource, driver, stages } = parts;
  const { job } = wanted;
  const marked = marking(resource);
  const written = (state: JobState | null, told: string | null = null): JobStatus | null =>
    statusOf({ resource, job, state, told, trouble: told === null && driver ? driverTrouble(parts) : null, at });

  if (driver === null) {
    if (isOver(resource)) return { state: 'over', actions: marked, status: carriedStatus(resource) };
    // They were made by a driver that is gone, and are going after it.
    if (stages.length > 0) {
      return {
        state: 'changed',
        actions: marked,
        status: written(null, 'what an earlier driver made is being removed'),
      };
    }
    const made = driverOf(wanted, resource, installation).map((object): Action => ({ do: 'apply', object }));
    return { state: 'new', actions: [...marked, ...made], status: written(null) };
  }
  if (!isOwned(driver, resource)) {
    const problem = `there is a Job ${driver.metadata.name} already that is not of this ScoringJob: remove it, or take another name`;
    return { state: 'refused', actions: [], status: stalledStatus(resource, problem, at) };
  }
  const state = jobStateOf(driver);
  if (state.isGoing) {
    return { state: 'changed', actions: marked, status: written(null, 'the driver is being made anew') };
  }
  const suspension = suspend(parts, job, state);
  if (wanted.difference !== null) {
    const told = `the change is refused, and the job goes on as it was: ${wanted.difference}`;
    return { state: 'other', actions: [...marked, ...suspension], status: written(state, told) };
  }
  const isSame = state.jobFile === null || state.jobFile === sha256(wanted.jobYaml);
  if (!isSame && state.end !== 'succeeded') {
    const status = written(null, 'the job has changed: the driver is being made anew');
    return { state: 'changed', actions: [...marked, ...removal([driver], 'foreground')], status };
  }
  if (state.end !== null) return { state: 'over', actions: marked, status: written(state) };
  return {
    state: job.spec.suspend ? 'suspended' : 'driven',
    actions: [...marked, ...suspension],
    status: written(state),
  };
}

/** Why the driver cannot run. Of its pods the last one counts: there is one after the other. */
function driverTrouble({ pods, events = [] }: ScoringJobParts): string | null {
  const [last] = pods
    .filter(({ metadata }) => metadata.labels?.[kubernetesLabels.component] === 'driver')
    .toSorted((one, other) =>
      (one.metadata.creationTimestamp ?? '') < (other.metadata.creationTimestamp ?? '') ? 1 : -1,
    );
  return troubleOf(last ? [last] : [], events)?.message.replace(/^1 of 1 drivers /, 'the driver ') ?? null;
}

/** The finalizer, where it is not there yet. */
function marking(resource: KubernetesObject): Action[] {
  const { finalizers = [], resourceVersion } = resource.metadata;
  if (finalizers.includes(kubernetesFinalizer)) return [];
  const change = { metadata: { resourceVersion, finalizers: [...finalizers, kubernetesFinalizer] } };
  return [{ do: 'patch', ref: refOf(resource), change }];
}

const isOwned = (driver: KubernetesObject, { metadata }: KubernetesObject): boolean =>
  driver.metadata.ownerReferences?.some(({ uid }) => uid === metadata.uid) ?? false;

/** Succeeded, and nothing changed since. Then a driver that is gone was cleared away. */
function isOver({ status, metadata }: KubernetesObject): boolean {
  const { phase, observedGeneration } = (status ?? {}) as Partial<JobStatus>;
  return phase === 'Succeeded' && observedGeneration === metadata.generation;
}

/**
 * The driver first, since it makes and un-suspends the Jobs of its stages; those when it has no pod. A worker's Job in a queue of
 * Kueue is Kueue's to suspend: it is removed, and the driver makes it again.
 */
function suspend({ driver, stages }: ScoringJobParts, job: Job, state: JobState): Action[] {
  if (driver === null || state.end !== null) return [];
  const wanted = job.spec.suspend;
  const set = (one: KubernetesObject): Action => ({
    do: 'patch',
    ref: refOf(one),
    change: { spec: { suspend: wanted } },
  });
  if (state.isSuspended !== wanted) return [set(driver)];
  if (wanted && state.pods > 0) return [];
  const others = stages.filter((one) => {
    const { end, isGoing } = jobStateOf(one);
    return end === null && !isGoing;
  });
  const queued = others.filter(isQueued);
  const own = others.filter((one) => !isQueued(one) && jobStateOf(one).isSuspended !== wanted);
  return [...(wanted ? removal(queued, 'background') : []), ...own.map(set)];
}

const isQueued = ({ metadata }: KubernetesObject): boolean => Object.keys(queueLabels({ metadata })).length > 0;

/** Without those that are on their way already. */
const removal = (objects: readonly KubernetesObject[], how: 'background' | 'foreground'): Action[] =>
  objects
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .map((object) => ({ do: 'remove', ref: refOf(object), how }));

function driverOf(wanted: WantedJob, resource: KubernetesObject, installation: Installation): KubernetesObject[] {
  const { job, jobYaml, jobDigest } = wanted;
  return driverObjects({
    ...installation,
    job,
    jobYaml,
    jobDigest,
    owner: ownerOf(resource),
    suspend: job.spec.suspend,
  });
}

const refOf = ({ apiVersion, kind, metadata }: KubernetesObject): ObjectRef => ({
  apiVersion,
  kind,
  name: metadata.name,
});

const ownerOf = (resource: KubernetesObject): OwnerReference => ({
  apiVersion: resource.apiVersion,
  kind: resource.kind,
  name: resource.metadata.name,
  uid: resource.metadata.uid ?? '',
  controller: true,
  blockOwnerDeletion: true,
});
