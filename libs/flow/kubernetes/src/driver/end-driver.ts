/** What a driver does last: its status says how it ended, and the Jobs of its stages follow. */
import type { KubernetesObject, ObjectRef } from '@proofmill/contract';
import { clearance, deadlineSentence, jobStateOf } from '@proofmill/kubernetes-objects';
import { carryOut } from '../carry-out.ts';
import { retriedSentence } from './retried-sentence.ts';
import { clearStages, listStageJobs, type StageJobsOptions, suspendStages } from './stage-jobs.ts';
import type { StatusReport } from './status-report.ts';
import { waitWhileAway } from './wait-while-away.ts';

/**
 *   finished   the job has reached its last phase: its Jobs are removed
 *   retried    an error that passes: the Jobs stay, and the next driver takes them over
 *   stopped    the driver was asked to stop: it is suspended, deleted or moved to another node
 */
export type DriverEnd =
  | { readonly how: 'finished'; readonly phase: 'Succeeded' | 'LimitReached' | 'Failed'; readonly message: string }
  | { readonly how: 'retried'; readonly message: string }
  | { readonly how: 'stopped' };

export interface EndOptions {
  readonly stages: StageJobsOptions;
  readonly driverRef: ObjectRef;
  readonly status: StatusReport;
}

/** Each step waits for an API server that is away; rejects where that takes too long. */
export async function endDriver(end: DriverEnd, options: EndOptions): Promise<void> {
  const { stages, status } = options;
  const { clock } = stages;
  switch (end.how) {
    case 'retried':
      return await waitWhileAway(clock, () =>
        status.write({ phase: 'Pending', message: retriedSentence(end.message) }),
      );
    case 'finished':
      status.workersGone();
      await waitWhileAway(clock, () => status.write(end));
      return await waitWhileAway(clock, () => clearStages(stages, end.phase === 'Succeeded'));
    case 'stopped':
      return await stopDriver(options);
  }
}

/**
 * A suspended driver suspends its stages, whether a user or Kueue has suspended it. One whose Job is being removed does nothing:
 * everything goes with that Job. Where the whole namespace is being deleted, the Jobs of the stages are removed: their pods would
 * keep it (see operator/namespace-end.ts). So they are where the deadline of the job has passed, as its own Job stays.
 */
async function stopDriver(options: EndOptions): Promise<void> {
  const { stages, status } = options;
  const { kubernetes, clock } = stages;
  const driver = await stoppedDriver(options);
  if (driver === null || driver.metadata.deletionTimestamp !== undefined) return;
  if (await kubernetes.isNamespaceGoing().catch(() => false)) {
    const jobs = await waitWhileAway(clock, () => listStageJobs(stages));
    return await waitWhileAway(clock, () => carryOut(kubernetes, clearance(jobs, true)));
  }
  const { isOverDeadline, isSuspended, deadlineSeconds, queue } = jobStateOf(driver);
  if (isOverDeadline) {
    return await endDriver({ how: 'finished', phase: 'Failed', message: deadlineSentence(deadlineSeconds) }, options);
  }
  if (!isSuspended) {
    const message = 'the driver was stopped; the next one continues';
    return await waitWhileAway(clock, () => status.write({ phase: 'Pending', message }));
  }
  await waitWhileAway(clock, () => suspendStages(stages));
  status.workersGone();
  const end =
    queue === null
      ? ({ phase: 'Suspended', message: 'suspended; it resumes where it stopped' } as const)
      : ({
          phase: 'Pending',
          message: `Kueue has stopped the driver, in its queue ${queue}; the next one continues`,
        } as const);
  await waitWhileAway(clock, () => status.write(end));
}

/** The Job controller stops the pods of a Job whose deadline has passed, and writes that it has just after. */
async function stoppedDriver({
  stages: { kubernetes, clock },
  driverRef,
}: EndOptions): Promise<KubernetesObject | null> {
  for (const untilMs = clock.now() + verdictMs; ; await clock.sleep(pollMs)) {
    const driver = await waitWhileAway(clock, () => kubernetes.read(driverRef));
    if (driver === null || driver.metadata.deletionTimestamp !== undefined) return driver;
    const { isOverDeadline, isSuspended, secondsLeft } = jobStateOf(driver);
    if (isOverDeadline || isSuspended || secondsLeft === null || clock.now() > untilMs) return driver;
  }
}

const verdictMs = 5_000;
const pollMs = 250;
