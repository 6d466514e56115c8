/** One turn of the supervisor: look, provide, remove, report, and end a job whose engines never start. */
import {
  type KubernetesObject,
  kubernetesLabels,
  type ObjectRef,
  type StageFile,
  stageSpecOf,
} from '@proofmill/contract';
import {
  type FleetView,
  jobStateOf,
  kinds,
  noFleet,
  readyWorkers,
  stageOf,
  stageTrouble,
} from '@proofmill/kubernetes-objects';
import { boundEngineStarts } from './engine-bound.ts';
import { type PodEvents, podEvents } from './pod-events.ts';
import type { Progress } from './progress.ts';
import { listStageJobs, provideStage, type StageJobsOptions, stageRetirement } from './stage-jobs.ts';
import type { StatusReport } from './status-report.ts';

export interface FleetTurnOptions {
  readonly stages: StageJobsOptions;
  readonly driverRef: ObjectRef;
  readonly progress: Progress;
  readonly status: StatusReport;
}

export function fleetTurn({ stages, driverRef, progress, status }: FleetTurnOptions): () => Promise<void> {
  const { kubernetes, job, clock } = stages;
  const labels = { [kubernetesLabels.job]: job.metadata.name };
  const retire = stageRetirement(stages);
  const events = podEvents(kubernetes, clock);

  /** Nothing is created while the driver's Job is suspended or being removed: the Jobs of its stages are about to follow it. */
  async function isWanted(): Promise<boolean> {
    const driver = await kubernetes.read(driverRef);
    return driver !== null && driver.metadata.deletionTimestamp === undefined && !jobStateOf(driver).isSuspended;
  }

  return async () => {
    const stage = progress.underWay;
    const jobs = await listStageJobs(stages);
    const pods = await kubernetes.list(kinds.pod, labels);
    if (stage && (await isWanted())) await provideStage(stages, stage, jobs, pods);
    // Before the first stage is known, the Jobs of an earlier driver may still be needed.
    if (progress.stages.length > 0) await retire(jobs.filter((other) => stageOf(other) !== stage?.definition.name));
    const fleet = stage ? await viewFleet({ stages, progress, events }, stage, jobs, pods) : noFleet;
    status.update(fleet);
    await status.write(null);
    if (stage) {
      const { name } = stage.definition;
      await boundEngineStarts({ kubernetes, job, stage: name, jobs, pods, trouble: fleet.trouble });
    }
  };
}

interface ViewOptions {
  readonly stages: StageJobsOptions;
  readonly progress: Progress;
  readonly events: PodEvents;
}

async function viewFleet(
  { stages, progress, events }: ViewOptions,
  { definition: { name } }: StageFile,
  jobs: readonly KubernetesObject[],
  pods: readonly KubernetesObject[],
): Promise<FleetView> {
  const wanted = stageSpecOf(stages.job, name)?.fleet.workers ?? 0;
  const ready = readyWorkers(pods, name);
  if (ready === 0) progress.resetRate();
  const isComplete = ready >= wanted;
  if (isComplete) events.forget();
  const known = isComplete ? [] : await events.of([...jobs, ...pods]);
  return { workers: { ready, wanted }, trouble: stageTrouble(name, jobs, pods, known) };
}
