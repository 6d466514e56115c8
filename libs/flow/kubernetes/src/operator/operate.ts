/** The operator: turns ScoringJobs into drivers, and says in their status what these say. */

import {
  type Clock,
  ConfigurationError,
  type JobStatus,
  type KubernetesApi,
  type KubernetesObject,
  kubernetesLabels,
  kubernetesNames,
  scoringJobs,
} from '@proofmill/contract';
import { type Action, decide, type Installation, stalledStatus } from '@proofmill/kubernetes-objects';
import { turnsOf } from '../turns.ts';
import { lead } from './leadership.ts';
import { wantedJob } from './wanted-job.ts';

export interface OperateOptions {
  readonly kubernetes: KubernetesApi;
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
const ours = { [kubernetesLabels.managedBy]: 'proofmill' };

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
  const { kubernetes, clock, say } = options;
  const watched = [{ kinds: [scoringJob] }, { kinds: [batchJob, pod], labels: ours }];
  let isAway = false;
  for await (const _turn of turnsOf({ kubernetes, clock, watched, shortestMs, longestMs, stop })) {
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
  const { kubernetes } = options;
  const installation = await options.installation();
  const resources = await kubernetes.list(scoringJob);
  if (resources.length === 0) return true;
  const jobs = byJob(await kubernetes.list(batchJob, ours));
  const drivers = byJob(await kubernetes.list(pod, { ...ours, [kubernetesLabels.component]: 'driver' }));
  let isWell = true;
  for (const resource of resources) {
    const { name } = resource.metadata;
    const parts = { resource, jobs: jobs.get(name) ?? [], drivers: drivers.get(name) ?? [] };
    isWell = (await settle(options, installation, parts)) && isWell;
  }
  return isWell;
}

interface Found {
  readonly resource: KubernetesObject;
  /** Its driver's, and those of the stages. */
  readonly jobs: readonly KubernetesObject[];
  /** The driver's pods. */
  readonly drivers: readonly KubernetesObject[];
}

async function settle(options: OperateOptions, installation: Installation, found: Found): Promise<boolean> {
  const { kubernetes, time, say } = options;
  const { resource, jobs } = found;
  const { name } = resource.metadata;
  const driverName = kubernetesNames.driver(name);
  const at = time().replace(/\.\d+Z$/, 'Z');
  try {
    // One that somebody made by hand bears no labels of ours.
    const driver =
      jobs.find(({ metadata }) => metadata.name === driverName) ??
      (await kubernetes.read({ ...batchJob, name: driverName }));
    const jobFile =
      driver && (await kubernetes.read({ apiVersion: 'v1', kind: 'ConfigMap', name: kubernetesNames.jobFile(name) }));
    const isEnding = resource.metadata.deletionTimestamp !== undefined;
    const pods = isEnding ? await kubernetes.list(pod, { ...ours, [kubernetesLabels.job]: name }) : found.drivers;
    const stages = jobs.filter(({ metadata }) => metadata.name !== driverName);
    const events = driver && pods.length === 0 && !isEnding ? await eventsOf(kubernetes, driver) : [];
    const decision = decide(
      { resource, driver, stages, pods, events },
      wantedJob(resource, driver, jobFile),
      installation,
      at,
    );
    try {
      for (const action of decision.actions) await act(kubernetes, action);
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      await write(kubernetes, resource, stalledStatus(resource, error.message, at));
      return false;
    }
    await write(kubernetes, resource, decision.status);
    return true;
  } catch (error) {
    say(`${name}: ${(error as Error).message}`);
    return false;
  }
}

/** Of a Job that has no pod: why the API server makes none. Nothing where we may not read them. */
async function eventsOf(kubernetes: KubernetesApi, { metadata }: KubernetesObject): Promise<KubernetesObject[]> {
  const events = await kubernetes.list(event).catch((error: unknown) => {
    if (error instanceof ConfigurationError) return [];
    throw error;
  });
  return events.filter((one) => (one.involvedObject as { uid?: string } | undefined)?.uid === metadata.uid);
}

async function act(kubernetes: KubernetesApi, action: Action): Promise<void> {
  if (action.do === 'apply') await kubernetes.apply(action.object);
  else if (action.do === 'patch') await kubernetes.patch(action.ref, action.change);
  else await kubernetes.remove(action.ref, action.how);
}

async function write(
  kubernetes: KubernetesApi,
  { metadata }: KubernetesObject,
  status: JobStatus | null,
): Promise<void> {
  if (status !== null) await kubernetes.patchStatus({ ...scoringJob, name: metadata.name }, status);
}

function byJob(objects: readonly KubernetesObject[]): Map<string, KubernetesObject[]> {
  const groups = new Map<string, KubernetesObject[]>();
  for (const object of objects) {
    const job = object.metadata.labels?.[kubernetesLabels.job] ?? '';
    groups.set(job, [...(groups.get(job) ?? []), object]);
  }
  return groups;
}
