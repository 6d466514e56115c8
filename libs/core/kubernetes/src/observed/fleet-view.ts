/** What the fleet of a stage looks like now: how many workers are ready, and what keeps pods from running, or holds them back. */
import { type KubernetesObject, kubernetesLabels } from '@proofmill/contract';
import { stageOf } from '../objects/kinds.ts';
import { queueOf, waitingReason } from '../objects/queue.ts';
import { jobStateOf } from './job-state.ts';
import { podOf } from './pod-fields.ts';
import { oneLine } from './sentence.ts';
import { type Trouble, troubleOf } from './trouble.ts';

export interface FleetWidth {
  readonly ready: number;
  /** Those whose pods exist and have not ended. */
  readonly existing: number;
  readonly wanted: number;
}

export interface FleetView {
  /** Null where no stage is under way. */
  readonly workers: FleetWidth | null;
  readonly trouble: Trouble | null;
  /** Why no worker may run, where Kueue holds all of them back; null where it does not. */
  readonly waiting: string | null;
  /** What is done ahead of the workers; null where nothing is. */
  readonly ahead: string | null;
}

export const noFleet: FleetView = { workers: null, trouble: null, waiting: null, ahead: null };

/**
 * Workers of a stage: those whose containers all run, the engine among them, and those that exist. Of an engine of several nodes the first one
 * counts: it is ready when all of them are.
 */
export function workersOf(pods: readonly KubernetesObject[], stage: string): Pick<FleetWidth, 'ready' | 'existing'> {
  const workers = pods
    .map(podOf)
    .filter((pod) => pod.component === 'worker' && pod.stage === stage && !pod.isGoing)
    .filter(({ group, index }) => group === '' || index === '0');
  const existing = workers.filter(({ phase }) => phase !== 'Succeeded' && phase !== 'Failed');
  return { ready: existing.filter(({ isReady }) => isReady).length, existing: existing.length };
}

/** The trouble of a stage, from the pods and the events of its job. */
export const stageTrouble = (
  stage: string,
  pods: readonly KubernetesObject[],
  events: readonly KubernetesObject[],
): Trouble | null =>
  troubleOf(
    pods.filter((pod) => stageOf(pod) === stage),
    events,
  );

/** The Job of the workers that Kueue holds back; undefined where none waits in a queue. */
export const waitingWorkers = (stage: string, jobs: readonly KubernetesObject[]): KubernetesObject | undefined =>
  jobs.find((job) => {
    const { end, isSuspended, queue } = jobStateOf(job);
    return stageOf(job) === stage && queue !== null && isSuspended && end === null;
  });

/** What a user reads meanwhile. `workloads` are those that Kueue has made for the Job. */
export function waitingSentence(waiting: KubernetesObject, workloads: readonly KubernetesObject[]): string {
  const why = waitingReason(workloads);
  const remedy = why === null ? 'kubectl get workloads says why' : oneLine(why);
  return `${waiting.metadata.name} waits in the queue ${queueOf(waiting)} until Kueue admits it: ${remedy}`;
}

/** What a user reads while weights are fetched into a claim; null where none are. */
export function fetchingSentence(stage: string, jobs: readonly KubernetesObject[]): string | null {
  const fetching = jobs.find(
    (job) =>
      stageOf(job) === stage &&
      job.metadata.labels?.[kubernetesLabels.component] === 'fetcher' &&
      jobStateOf(job).end === null,
  );
  if (fetching === undefined) return null;
  return `the workers of ${stage} start when the weights are in their claim: kubectl logs job/${fetching.metadata.name} says how many are`;
}
