/** Makes what exists of one ScoringJob what it should be: gather, decide, carry out, write the status. */
import {
  ConfigurationError,
  type JobStatus,
  type KubernetesApi,
  type KubernetesObject,
  kubernetesLabels,
  kubernetesNames,
} from '@proofmill/contract';
import {
  decide,
  hasSucceeded,
  type Installation,
  kinds,
  lacksPods,
  type NoInstallation,
  readScoringJob,
  type ScoringJobParts,
  stalledStatus,
  type UnreadableJob,
  type WantedJob,
} from '@proofmill/kubernetes-objects';
import { carryOut } from '../carry-out.ts';
import { changeSinceDriver, differenceToDriver, isDrivenAsIs, jobDigestOf } from '../job-difference.ts';
import type { WorkEnd } from './work-queue.ts';

export interface ReconcileOptions {
  readonly kubernetes: KubernetesApi;
  /** The time, as RFC 3339 with microseconds. */
  readonly time: () => string;
  readonly report: (sentence: string) => void;
  /** It failed the last time, or waited for a pod of its driver, and is looked at again. */
  readonly isRepeated: boolean;
}

/** What the operator has in memory of a ScoringJob. */
export interface Found {
  readonly resource: KubernetesObject;
  /** The Job of its driver, and those of its stages. */
  readonly jobs: readonly KubernetesObject[];
  readonly driverPods: readonly KubernetesObject[];
}

/** The labels of the objects of all jobs. */
export const ours = { [kubernetesLabels.managedBy]: 'proofmill' };

/** `kubernetes` has these kinds in memory, so that this costs no call. */
export async function foundOf(kubernetes: KubernetesApi, resource: KubernetesObject): Promise<Found> {
  const job = { ...ours, [kubernetesLabels.job]: resource.metadata.name };
  return {
    resource,
    jobs: await kubernetes.list(kinds.job, job),
    driverPods: await kubernetes.list(kinds.pod, { ...job, [kubernetesLabels.component]: 'driver' }),
  };
}

export async function reconcileJob(
  options: ReconcileOptions,
  installation: Installation | NoInstallation,
  found: Found,
): Promise<WorkEnd> {
  const { kubernetes, time, report, isRepeated } = options;
  const { resource } = found;
  const at = time().replace(/\.\d+Z$/, 'Z');
  try {
    const parts = await gather(kubernetes, found, isRepeated);
    const { actions, status } = decide(parts, await wantedJob(kubernetes, parts), installation, at);
    try {
      await carryOut(kubernetes, actions);
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      await writeStatus(kubernetes, resource, stalledStatus(resource, error.message, at));
      return 'failed';
    }
    await writeStatus(kubernetes, resource, status);
    return endOf(parts, installation);
  } catch (error) {
    report(`${resource.metadata.name}: ${(error as Error).message}`);
    return 'failed';
  }
}

/**
 * Nobody reports that the last pod of a deleted job has gone, as only those of drivers are observed. Nobody reports events either, and
 * they cost more than most calls: they are asked for after pauses that double, as after a failure.
 */
function endOf({ resource, driver, pods }: ScoringJobParts, installation: Installation | NoInstallation): WorkEnd {
  if (resource.metadata.deletionTimestamp !== undefined) return pods.length > 0 ? 'waiting' : 'done';
  return 'problem' in installation || needsEvents(driver, pods) ? 'blocked' : 'done';
}

/** Nothing is created for it as it is, so a Job of somebody else is not in its way. */
const getsNoDriver = (resource: KubernetesObject): boolean =>
  hasSucceeded(resource) || (resource.spec as { readonly suspend?: unknown } | undefined)?.suspend === true;

/** Everything that the decision needs. Some of it is rarely needed, so it is not in memory. */
async function gather(
  kubernetes: KubernetesApi,
  { resource, jobs, driverPods }: Found,
  isRepeated: boolean,
): Promise<ScoringJobParts> {
  const { name } = resource.metadata;
  const driverName = kubernetesNames.driver(name);
  const stages = jobs.filter(({ metadata }) => metadata.name !== driverName);
  // A Job that somebody created by hand has none of our labels, so it is not observed.
  const driver =
    jobs.find(({ metadata }) => metadata.name === driverName) ??
    (getsNoDriver(resource) ? null : await kubernetes.read({ ...kinds.job, name: driverName }));
  if (resource.metadata.deletionTimestamp !== undefined) {
    const pods = await kubernetes.list(kinds.pod, { ...ours, [kubernetesLabels.job]: name });
    return { resource, driver, stages, pods, events: [] };
  }
  // A Job that has just been created has no pod either.
  const events = isRepeated && needsEvents(driver, driverPods) ? await eventsAbout(kubernetes, driver) : [];
  return { resource, driver, stages, pods: driverPods, events };
}

/** A driver that is meant to have a pod and has none. Events may say why; a suspended one needs no reason. */
const needsEvents = (driver: KubernetesObject | null, pods: readonly KubernetesObject[]): driver is KubernetesObject =>
  driver !== null && pods.length === 0 && lacksPods(driver);

/** Why the API server creates no pod for a Job. Nothing where this operator may not read events. */
async function eventsAbout(kubernetes: KubernetesApi, { metadata }: KubernetesObject): Promise<KubernetesObject[]> {
  const about = { 'involvedObject.uid': metadata.uid ?? '' };
  return await kubernetes.list(kinds.event, undefined, about).catch((error: unknown) => {
    if (error instanceof ConfigurationError) return [];
    throw error;
  });
}

async function wantedJob(
  kubernetes: KubernetesApi,
  { resource, driver }: ScoringJobParts,
): Promise<WantedJob | UnreadableJob> {
  const readJob = readScoringJob(resource);
  if ('problem' in readJob) return readJob;
  const name = kubernetesNames.jobFile(resource.metadata.name);
  const { job } = readJob;
  const jobDigest = jobDigestOf(job);
  // The file only serves to name a difference, and to tell what has changed.
  const isOther = driver !== null && !isDrivenAsIs(readJob, driver);
  const jobFile = isOther ? await kubernetes.read({ ...kinds.configMap, name }) : null;
  const difference = differenceToDriver(job, driver, jobFile);
  return { ...readJob, jobDigest, difference, change: changeSinceDriver(readJob, driver, jobFile) };
}

async function writeStatus(
  kubernetes: KubernetesApi,
  { metadata }: KubernetesObject,
  status: JobStatus | null,
): Promise<void> {
  if (status !== null) await kubernetes.patchStatus({ ...kinds.scoringJob, name: metadata.name }, status);
}
