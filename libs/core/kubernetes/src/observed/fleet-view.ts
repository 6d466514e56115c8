/** What the fleet of a stage looks like now: how many workers are ready, and what keeps pods from running. */
import type { KubernetesObject } from '@proofmill/contract';
import { stageOf } from '../objects/kinds.ts';
import { isQueued } from '../objects/queue.ts';
import { jobStateOf } from './job-state.ts';
import { podOf } from './pod-fields.ts';
import { type Trouble, troubleOf } from './trouble.ts';

export interface FleetView {
  /** Null where no stage is under way. */
  readonly workers: { readonly ready: number; readonly wanted: number } | null;
  readonly trouble: Trouble | null;
}

export const noFleet: FleetView = { workers: null, trouble: null };

/**
 * The workers of a stage whose containers all run, the engine among them. Of an engine of several nodes the first one counts: it is
 * ready when all of them are.
 */
export const readyWorkers = (pods: readonly KubernetesObject[], stage: string): number =>
  pods
    .map(podOf)
    .filter((pod) => pod.component === 'worker' && pod.stage === stage && pod.isReady && !pod.isGoing)
    .filter(({ group, index }) => group === '' || index === '0').length;

/** The trouble of a stage, from the Jobs, the pods and the events of its job. */
export const stageTrouble = (
  stage: string,
  jobs: readonly KubernetesObject[],
  pods: readonly KubernetesObject[],
  events: readonly KubernetesObject[],
): Trouble | null =>
  troubleOf(
    pods.filter((pod) => stageOf(pod) === stage),
    events,
  ) ?? queued(jobs, stage);

function queued(jobs: readonly KubernetesObject[], stage: string): Trouble | null {
  const waiting = jobs.find((job) => stageOf(job) === stage && isQueued(job) && jobStateOf(job).isSuspended);
  return waiting
    ? { reason: 'Queued', message: `${waiting.metadata.name} waits in its queue until Kueue admits it` }
    : null;
}
