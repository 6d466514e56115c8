/** What the fleet of a stage looks like now: how many workers are ready, and what keeps pods from running. */
import type { KubernetesObject } from '@proofmill/contract';
import { stageOf } from '../objects/kinds.ts';
import { isQueued } from '../objects/queue.ts';
import { jobStateOf } from './job-state.ts';
import { podOf } from './pod-fields.ts';
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
}

export const noFleet: FleetView = { workers: null, trouble: null };

/** Workers of a stage: those whose containers all run, the engine among them, and those that exist. */
export function workersOf(pods: readonly KubernetesObject[], stage: string): Pick<FleetWidth, 'ready' | 'existing'> {
  const workers = pods.map(podOf).filter((pod) => pod.component === 'worker' && pod.stage === stage && !pod.isGoing);
  const existing = workers.filter(({ phase }) => phase !== 'Succeeded' && phase !== 'Failed');
  return { ready: existing.filter(({ isReady }) => isReady).length, existing: existing.length };
}

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
