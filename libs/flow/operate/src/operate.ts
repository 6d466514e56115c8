/** The operator: turns ScoringJobs into drivers, and says in their status what these say. */
import { type Action, decide, type Installation, stalledStatus, turnsOf } from '@proofmill/cluster';
import {
  type Clock,
  type Cluster,
  type ClusterObject,
  ConfigurationError,
  clusterLabels,
  clusterNames,
  type JobStatus,
  scoringJobs,
} from '@proofmill/contract';
import { lead } from './leadership.ts';
import { wantedJob } from './wanted-job.ts';

export interface OperateOptions {
  readonly cluster: Cluster;
  /** Read at each turn, so that a change of the settings counts for the jobs after it. */
  readonly installation: () => Promise<Installation>;
  /** Who we are, of several operators. */
  readonly identity: string;
  readonly clock: Clock;
  /** The time, as RFC 3339 with microseconds. */
  readonly time: () => string;
  readonly say: (sentence: string) => void;
  readonly stop: AbortSignal;
}

const scoringJob = { apiVersion: scoringJobs.apiVersion, kind: scoringJobs.kind };
const batchJob = { apiVersion: 'batch/v1', kind: 'Job' };
const pod = { apiVersion: 'v1', kind: 'Pod' };
const event = { apiVersion: 'v1', kind: 'Event' };
const ours = { [clusterLabels.managedBy]: 'proofmill' };

const leaseName = 'proofmill-operator';
/** What comes together is looked at once. */
const shortestMs = 250;
/** A watch that misses something costs this long. */
const longestMs = 30_000;
/** Of the jobs that are not as they should be, where the API server did not take what we did. */
const againMs = 2_000;

/**
 * Runs until the signal fires. Rejects with ConfigurationError where it may not do what it is for: no CustomResourceDefinition, no
 * right to watch. An API server that is away is waited for.
 */
export async function operate(options: OperateOptions): Promise<void> {
  const { stop, say } = options;
  while (!stop.aborted) {
    const leadership = await lead({ ...options, name: leaseName }, stop);
    if (leadership === null) return;
    say('leading');
    try {
      await reconcile(options, AbortSignal.any([stop, leadership.lost]));
    } finally {
      await leadership.release();
    }
    if (!stop.aborted) say(`leading no more: ${(leadership.lost.reason as Error | undefined)?.message ?? ''}`);
  }
}

async function reconcile(options: OperateOptions, stop: AbortSignal): Promise<void> {
  const { cluster, clock, say } = options;
  const watched = [{ kinds: [scoringJob] }, { kinds: [batchJob, pod], labels: ours }];
  let isAway = false;
  for await (const _turn of turnsOf({ cluster, clock, watched, shortestMs, longestMs, stop })) {
    for (let isWell = false; !isWell && !stop.aborted; ) {
      try {
        isWell = await turn(options);
        isAway = false;
      } catch (error) {
        if (error instanceof ConfigurationError) throw error;
        if (!isAway) say(`waiting for the API server: ${(error as Error).message}`);
        isAway = true;
      }
      if (!isWell) await clock.sleep(againMs, stop);
    }
  }
}

/** Looks at everything once. False where something has to be tried again. */
async function turn(options: OperateOptions): Promise<boolean> {
  const { cluster } = options;
  const installation = await options.installation();
  const resources = await cluster.list(scoringJob);
  if (resources.length === 0) return true;
  const jobs = byJob(await cluster.list(batchJob, ours));
  const drivers = byJob(await cluster.list(pod, { ...ours, [clusterLabels.component]: 'driver' }));
  let isWell = true;
  for (const resource of resources) {
    const { name } = resource.metadata;
    const parts = { resource, jobs: jobs.get(name) ?? [], drivers: drivers.get(name) ?? [] };
    isWell = (await settle(options, installation, parts)) && isWell;
  }
  return isWell;
}

interface Found {
  readonly resource: ClusterObject;
  /** Its driver's, and those of the stages. */
  readonly jobs: readonly ClusterObject[];
  /** The driver's pods. */
  readonly drivers: readonly ClusterObject[];
}

async function settle(options: OperateOptions, installation: Installation, found: Found): Promise<boolean> {
  const { cluster, time, say } = options;
  const { resource, jobs } = found;
  const { name } = resource.metadata;
  const driverName = clusterNames.driver(name);
  const at = time().replace(/\.\d+Z$/, 'Z');
  try {
    // One that somebody made by hand bears no labels of ours.
    const driver =
      jobs.find(({ metadata }) => metadata.name === driverName) ??
      (await cluster.read({ ...batchJob, name: driverName }));
    const jobFile =
      driver && (await cluster.read({ apiVersion: 'v1', kind: 'ConfigMap', name: clusterNames.jobFile(name) }));
    const isEnding = resource.metadata.deletionTimestamp !== undefined;
    const pods = isEnding ? await cluster.list(pod, { ...ours, [clusterLabels.job]: name }) : found.drivers;
    const stages = jobs.filter(({ metadata }) => metadata.name !== driverName);
    const events = driver && pods.length === 0 && !isEnding ? await eventsOf(cluster, driver) : [];
    const decision = decide(
      { resource, driver, stages, pods, events },
      wantedJob(resource, driver, jobFile),
      installation,
      at,
    );
    try {
      for (const action of decision.actions) await act(cluster, action);
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      await write(cluster, resource, stalledStatus(resource, error.message, at));
      return false;
    }
    await write(cluster, resource, decision.status);
    return true;
  } catch (error) {
    say(`${name}: ${(error as Error).message}`);
    return false;
  }
}

/** Of a Job that has no pod: why the API server makes none. Nothing where we may not read them. */
async function eventsOf(cluster: Cluster, { metadata }: ClusterObject): Promise<ClusterObject[]> {
  const events = await cluster.list(event).catch((error: unknown) => {
    if (error instanceof ConfigurationError) return [];
    throw error;
  });
  return events.filter((one) => (one.involvedObject as { uid?: string } | undefined)?.uid === metadata.uid);
}

async function act(cluster: Cluster, action: Action): Promise<void> {
  if (action.do === 'apply') await cluster.apply(action.object);
  else if (action.do === 'patch') await cluster.patch(action.ref, action.change);
  else await cluster.remove(action.ref, action.how);
}

async function write(cluster: Cluster, { metadata }: ClusterObject, status: JobStatus | null): Promise<void> {
  if (status !== null) await cluster.patchStatus({ ...scoringJob, name: metadata.name }, status);
}

function byJob(objects: readonly ClusterObject[]): Map<string, ClusterObject[]> {
  const groups = new Map<string, ClusterObject[]>();
  for (const object of objects) {
    const job = object.metadata.labels?.[clusterLabels.job] ?? '';
    groups.set(job, [...(groups.get(job) ?? []), object]);
  }
  return groups;
}
