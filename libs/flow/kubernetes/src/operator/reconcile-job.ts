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
  type Decision,
  decide,
  eventsBetween,
  hasSucceeded,
  type Installation,
  kinds,
  lacksPods,
  type NoInstallation,
  readScoringJob,
  readStatus,
  type ScoringJobParts,
  stalledStatus,
  type UnreadableJob,
  type WantedJob,
} from '@proofmill/kubernetes-objects';
import { carryOut } from '../carry-out.ts';
import type { EventRecorder } from './event-recorder.ts';
import type { JobComparisons } from './job-comparisons.ts';
import type { OutputWatch } from './output-watch.ts';
import type { WorkEnd } from './work-queue.ts';

export interface ReconcileOptions {
  readonly kubernetes: KubernetesApi;
  /** The time, as RFC 3339 with microseconds. */
  readonly time: () => string;
  readonly report: (sentence: string) => void;
  /** It failed the last time, or waited for a pod of its driver, and is looked at again. */
  readonly isRepeated: boolean;
  readonly recorder: EventRecorder;
  readonly comparisons: JobComparisons;
}

/** What the operator has in memory of a ScoringJob. */
export interface Found {
  readonly resource: KubernetesObject;
  /** The Job of its driver, and those of its stages. */
  readonly jobs: readonly KubernetesObject[];
  readonly driverPods: readonly KubernetesObject[];
  /** Why its output is that of another one, as a sentence. A job that has a driver has its output. */
  readonly outputProblem: string | undefined;
}

/** The labels of the objects of all jobs. */
export const ours = { [kubernetesLabels.managedBy]: 'proofmill' };

/** `kubernetes` has these kinds in memory, so that this costs no call. */
export async function foundOf(
  kubernetes: KubernetesApi,
  resource: KubernetesObject,
  outputs: OutputWatch,
): Promise<Found> {
  const { name } = resource.metadata;
  const job = { ...ours, [kubernetesLabels.job]: name };
  const jobs = await kubernetes.list(kinds.job, job);
  const isDriven = jobs.some(({ metadata }) => metadata.name === kubernetesNames.driver(name));
  return {
    ...{ resource, jobs },
    outputProblem: isDriven ? undefined : outputs.problemOf(resource),
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
    const decision = decide(parts, await wantedJob(options, parts), installation, at);
    try {
      await carryOut(kubernetes, decision.actions);
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      await writeStatus(options, resource, stalledStatus(resource, error.message, at), at);
      return 'failed';
    }
    await writeStatus(options, resource, decision.status, at);
    return endOf(parts, decision, installation);
  } catch (error) {
    report(`${resource.metadata.name}: ${(error as Error).message}`);
    return 'failed';
  }
}

/**
 * Nobody reports that the last pod of a job that is being deleted, or of an earlier one, has gone, as only those of drivers are observed.
 * Nobody reports events either, and they cost more than most calls: they are asked for after pauses that double, as after a failure.
 */
function endOf(
  { resource, driver, pods }: ScoringJobParts,
  { state, againAfterSeconds }: Decision,
  installation: Installation | NoInstallation,
): WorkEnd {
  if (resource.metadata.deletionTimestamp !== undefined || state === 'waiting') {
    return pods.length > 0 ? 'waiting' : 'done';
  }
  if (againAfterSeconds !== undefined) return { againAfterMs: 1000 * againAfterSeconds };
  return 'problem' in installation || needsEvents(driver, pods) ? 'blocked' : 'done';
}

/** Nothing is created for it as it is, so nobody's Job or pod is in its way. */
const getsNoDriver = ({ resource, outputProblem }: Found): boolean =>
  outputProblem !== undefined ||
  hasSucceeded(resource) ||
  (resource.spec as { readonly suspend?: unknown } | undefined)?.suspend === true;

/** Everything that the decision needs. Some of it is rarely needed, so it is not in memory. */
async function gather(kubernetes: KubernetesApi, found: Found, isRepeated: boolean): Promise<ScoringJobParts> {
  const { resource, jobs, driverPods, outputProblem } = found;
  const { name } = resource.metadata;
  const driverName = kubernetesNames.driver(name);
  const stages = jobs.filter(({ metadata }) => metadata.name !== driverName);
  // A Job that somebody created by hand has none of our labels, so it is not observed.
  const driver =
    jobs.find(({ metadata }) => metadata.name === driverName) ??
    (getsNoDriver(found) ? null : await kubernetes.read({ ...kinds.job, name: driverName }));
  if (resource.metadata.deletionTimestamp !== undefined || (driver === null && !getsNoDriver(found))) {
    const pods = await kubernetes.list(kinds.pod, { ...ours, [kubernetesLabels.job]: name });
    return { resource, driver, stages, pods, outputProblem };
  }
  // A Job that has just been created has no pod either.
  const events = isRepeated && needsEvents(driver, driverPods) ? await eventsAbout(kubernetes, driver) : [];
  return { resource, driver, stages, pods: driverPods, events, outputProblem };
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
  { kubernetes, comparisons }: ReconcileOptions,
  { resource, driver }: ScoringJobParts,
): Promise<WantedJob | UnreadableJob> {
  const readJob = readScoringJob(resource);
  if ('problem' in readJob) return readJob;
  return await comparisons.compare(kubernetes, readJob, driver);
}

/** Events come after it: what is lost between the two is an event, and no state. */
async function writeStatus(
  { kubernetes, recorder }: ReconcileOptions,
  resource: KubernetesObject,
  status: JobStatus | null,
  at: string,
): Promise<void> {
  if (status === null) return;
  await kubernetes.patchStatus(
    { ...kinds.scoringJob, name: resource.metadata.name },
    // A job that starts again has these no longer; a merge patch would keep what it does not name.
    { startTime: null, completionTime: null, ...status },
  );
  await recorder.record(kubernetes, resource, eventsBetween(readStatus(resource.status), status), at);
}
