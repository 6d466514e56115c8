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
  eventsBetween,
  type Installation,
  kinds,
  readScoringJob,
  readStatus,
  type ScoringJobParts,
  stalledStatus,
  type UnreadableJob,
  type WantedJob,
} from '@proofmill/kubernetes-objects';
import { carryOut } from '../carry-out.ts';
import { differenceToDriver, isChangedFor, isDrivenAsIs, jobDigestOf } from '../job-difference.ts';
import type { EventRecorder } from './event-recorder.ts';

export interface ReconcileOptions {
  readonly kubernetes: KubernetesApi;
  /** The time, as RFC 3339 with microseconds. */
  readonly time: () => string;
  readonly report: (sentence: string) => void;
  readonly events: EventRecorder;
}

/** What the lists of a turn hold of a ScoringJob. */
export interface Found {
  readonly resource: KubernetesObject;
  /** The Job of its driver, and those of its stages. */
  readonly jobs: readonly KubernetesObject[];
  readonly driverPods: readonly KubernetesObject[];
  readonly outputProblem: string | undefined;
}

/** The labels of the objects of all jobs. */
export const ours = { [kubernetesLabels.managedBy]: 'proofmill' };

/** False where it has to be tried again. */
export async function reconcileJob(
  options: ReconcileOptions,
  installation: Installation,
  found: Found,
): Promise<boolean> {
  const { kubernetes, time, report } = options;
  const { resource } = found;
  const at = time().replace(/\.\d+Z$/, 'Z');
  try {
    const parts = await gather(kubernetes, found);
    const { actions, status } = decide(parts, await wantedJob(kubernetes, parts), installation, at);
    try {
      await carryOut(kubernetes, actions);
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      await writeStatus(options, resource, stalledStatus(resource, error.message, at), at);
      return false;
    }
    await writeStatus(options, resource, status, at);
    return true;
  } catch (error) {
    report(`${resource.metadata.name}: ${(error as Error).message}`);
    return false;
  }
}

/** Everything that the decision needs. Some of it is rarely needed, so it is not in the lists of the turn. */
async function gather(kubernetes: KubernetesApi, found: Found): Promise<ScoringJobParts> {
  const { resource, jobs, driverPods, outputProblem } = found;
  const { name } = resource.metadata;
  const driverName = kubernetesNames.driver(name);
  const stages = jobs.filter(({ metadata }) => metadata.name !== driverName);
  // A Job that somebody created by hand has none of our labels, so it is in no list.
  const driver =
    jobs.find(({ metadata }) => metadata.name === driverName) ??
    (await kubernetes.read({ ...kinds.job, name: driverName }));
  if (driver === null || resource.metadata.deletionTimestamp !== undefined) {
    const pods = await kubernetes.list(kinds.pod, { ...ours, [kubernetesLabels.job]: name });
    return { resource, driver, stages, pods, outputProblem };
  }
  const events = driverPods.length === 0 ? await eventsAbout(kubernetes, driver) : [];
  return { resource, driver, stages, pods: driverPods, events };
}

/** Why the API server creates no pod for a Job. Nothing where this operator may not read events. */
async function eventsAbout(kubernetes: KubernetesApi, { metadata }: KubernetesObject): Promise<KubernetesObject[]> {
  const events = await kubernetes.list(kinds.event).catch((error: unknown) => {
    if (error instanceof ConfigurationError) return [];
    throw error;
  });
  return events.filter(({ involvedObject }) => (involvedObject as { uid?: string } | undefined)?.uid === metadata.uid);
}

async function wantedJob(
  kubernetes: KubernetesApi,
  { resource, driver }: ScoringJobParts,
): Promise<WantedJob | UnreadableJob> {
  const readJob = readScoringJob(resource);
  if ('problem' in readJob) return readJob;
  const { job } = readJob;
  const wanted = { ...readJob, jobDigest: jobDigestOf(job), difference: null, isChanged: false };
  if (driver === null || isDrivenAsIs(job, driver)) return wanted;
  const jobFile = await kubernetes.read({ ...kinds.configMap, name: kubernetesNames.jobFile(resource.metadata.name) });
  return {
    ...wanted,
    difference: differenceToDriver(job, driver, jobFile),
    isChanged: isChangedFor(job, driver, jobFile),
  };
}

/** Events come after it: what is lost between the two is an event, and no state. */
async function writeStatus(
  { kubernetes, events }: ReconcileOptions,
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
  await events.record(resource, eventsBetween(readStatus(resource.status), status), at);
}
