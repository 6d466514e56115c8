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
  fetchingSentence,
  jobStateOf,
  kinds,
  noFleet,
  stageOf,
  stageTrouble,
  waitingSentence,
  waitingWorkers,
  workersOf,
} from '@proofmill/kubernetes-objects';
import type { CurrentJob } from './current-job.ts';
import { boundEngineStarts } from './engine-bound.ts';
import { type PodEvents, podEvents } from './pod-events.ts';
import type { Progress } from './progress.ts';
import { spareMark } from './spare-mark.ts';
import { listStageJobs, provideStage, type StageJobsOptions, stageRetirement } from './stage-jobs.ts';
import type { StatusReport } from './status-report.ts';
import { type Workloads, workloadsOf } from './workloads.ts';

export interface FleetTurnOptions {
  readonly stages: StageJobsOptions;
  readonly driverRef: ObjectRef;
  readonly current: CurrentJob;
  readonly progress: Progress;
  readonly status: StatusReport;
}

export function fleetTurn({ stages, driverRef, current, progress, status }: FleetTurnOptions): () => Promise<void> {
  const { kubernetes, job, clock } = stages;
  const labels = { [kubernetesLabels.job]: job.metadata.name };
  const retire = stageRetirement(stages);
  const events = podEvents(kubernetes, clock);
  const workloads = workloadsOf(kubernetes, clock);
  const spare = spareMark(kubernetes, job);

  return async () => {
    const driver = await kubernetes.read(driverRef);
    if (driver) await current.follow(driver);
    const stagesNow = { ...stages, job: current.now };
    const stage = progress.underWay;
    const jobs = await listStageJobs(stages);
    const pods = await kubernetes.list(kinds.pod, labels);
    if (stage && isWanted(driver)) {
      await provideStage(stagesNow, { stage, areSpare: progress.areSpare }, jobs, pods);
      await spare.mark(stage, progress.areSpare);
    }
    // Before the first stage is known, the Jobs of an earlier driver may still be needed.
    if (progress.stages.length > 0) await retire(jobs.filter((other) => stageOf(other) !== stage?.definition.name));
    const view = { stages: stagesNow, progress, events, workloads };
    const fleet = stage ? await viewFleet(view, stage, jobs, pods) : noFleet;
    status.update(fleet);
    await status.write(null);
    if (stage) {
      const { name } = stage.definition;
      await boundEngineStarts({ kubernetes, job: current.now, stage: name, jobs, pods, trouble: fleet.trouble });
    }
  };
}

/** Nothing is created while the driver's Job is suspended or being removed: the Jobs of its stages are about to follow it. */
const isWanted = (driver: KubernetesObject | null): boolean =>
  driver !== null && driver.metadata.deletionTimestamp === undefined && !jobStateOf(driver).isSuspended;

interface ViewOptions {
  readonly stages: StageJobsOptions;
  readonly progress: Progress;
  readonly events: PodEvents;
  readonly workloads: Workloads;
}

async function viewFleet(
  { stages, progress, events, workloads }: ViewOptions,
  { definition: { name } }: StageFile,
  jobs: readonly KubernetesObject[],
  pods: readonly KubernetesObject[],
): Promise<FleetView> {
  const wanted = stageSpecOf(stages.job, name)?.fleet.workers ?? 0;
  const { ready, existing } = workersOf(pods, name);
  if (ready === 0) progress.resetRate();
  const isComplete = ready >= wanted;
  if (isComplete) events.forget();
  const known = isComplete ? [] : await events.about(jobs, pods);
  const held = ready === 0 ? waitingWorkers(name, jobs) : undefined;
  const waiting = held ? waitingSentence(held, await workloads.of(held)) : null;
  const ahead = ready === 0 ? fetchingSentence(name, jobs) : null;
  return { workers: { ready, existing, wanted }, trouble: stageTrouble(name, pods, known), waiting, ahead };
}
