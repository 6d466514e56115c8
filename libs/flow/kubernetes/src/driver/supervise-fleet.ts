/**
 * The driver's second half. The coordinator plans and drives; the supervisor gives it pods, and reports how far the job is.
 *
 *   idle          No stage is known to be incomplete: no pods are needed.
 *   under way     A stage needs pods: its ConfigMap, the Job of its workers and the Job of its collectors exist, as wide as the
 *                 job says now (current-job.ts).
 *   complete      The last shard is committed: the Jobs have a moment to end by themselves, then they are removed.
 *   ended         The job is done, or the driver has to stop: the status says how, and the Jobs are removed, kept or suspended.
 *
 * Every turn looks at what exists and creates what is missing. Nothing depends on the memory of an earlier turn, so a driver that
 * has just started, and finds what another one created, does the same.
 */
import {
  type Clock,
  ConfigurationError,
  type Job,
  type KubernetesApi,
  type KubernetesSettings,
  kubernetesLabels,
  type ObjectRef,
} from '@proofmill/contract';
import { jobStateOf, kinds, ownerReferenceTo } from '@proofmill/kubernetes-objects';
import { fromMemory } from '../from-memory.ts';
import { type Turns, turnsOf } from '../turns.ts';
import { currentJob } from './current-job.ts';
import { type DriverEnd, endDriver } from './end-driver.ts';
import { fleetTurn } from './fleet-turn.ts';
import { type JobEvents, progressOf } from './progress.ts';
import type { StageJobsOptions } from './stage-jobs.ts';
import { statusReport } from './status-report.ts';
import { waitWhileAway } from './wait-while-away.ts';

export interface FleetOptions {
  readonly kubernetes: KubernetesApi;
  /** As the driver was started with it. */
  readonly job: Job;
  readonly settings: KubernetesSettings;
  /** The name of the Job that this process runs for. */
  readonly driverJob: string;
  readonly clock: Clock;
  /** The time, as RFC 3339. */
  readonly time: () => string;
  readonly report: (sentence: string) => void;
}

export interface FleetSupervisor {
  /** Takes what the coordinator reports. */
  readonly events: JobEvents;
  /** The job with the width, the limits and the fleets that it has now. */
  readonly jobNow: () => Job;
  /** Fires when the job cannot continue, with a ConfigurationError that quotes a pod or the API server. */
  readonly failed: AbortSignal;
  /** Resolves when the Jobs are as that end requires and the status is written, or half a minute of trying has not achieved it. */
  end(end: DriverEnd): Promise<void>;
}

/** About how often the status is written. */
const turnMs = 2_000;
const shortestTurnMs = 500;

/** Starts the supervisor. ConfigurationError when the driver's Job does not exist, or may not be read. */
export async function superviseFleet(options: FleetOptions): Promise<FleetSupervisor> {
  const { kubernetes, job, clock, time, report } = options;
  const driverRef: ObjectRef = { ...kinds.job, name: options.driverJob };
  const driver = await waitWhileAway(clock, () => kubernetes.read(driverRef));
  if (driver === null) throw new ConfigurationError(`there is no Job ${driverRef.name} in ${kubernetes.namespace}`);

  const failed = new AbortController();
  const stopped = new AbortController();
  const labels = { [kubernetesLabels.job]: job.metadata.name };
  const availability = availabilityOf(report);
  const turns = turnsOf({
    ...{ kubernetes, clock, shortestMs: shortestTurnMs, longestMs: turnMs, stop: stopped.signal },
    observed: [
      { ...kinds.job, labels },
      { ...kinds.pod, labels },
    ],
    onTrouble: availability.lost,
  });
  const progress = progressOf(clock, turns.wake);
  const before = jobStateOf(driver).reported;
  const status = statusReport({ kubernetes, job, driverRef, before, progress, time });
  const stages: StageJobsOptions = { ...options, owner: ownerReferenceTo(driver) };
  const observed: StageJobsOptions = { ...stages, kubernetes: fromMemory(kubernetes, turns.observations) };
  const current = currentJob({ kubernetes, job, report });
  const turn = fleetTurn({ stages: observed, driverRef, current, progress, status });
  const supervision = repeat(turns, turn, availability).catch((error: unknown) => failed.abort(error));

  return {
    events: progress,
    jobNow: () => current.now,
    failed: failed.signal,
    async end(end) {
      stopped.abort();
      await supervision;
      try {
        await endDriver(end, { stages, driverRef, status });
      } catch (error) {
        // Whatever is left belongs to the driver's Job, and the next driver starts from it.
        report(`the end could not be reported to the API server: ${(error as Error).message}`);
      }
    },
  };
}

interface Availability {
  lost(error: Error): void;
  regained(): void;
}

/** Reports once that the API server is away, and once that it is back. */
function availabilityOf(report: (sentence: string) => void): Availability {
  let isAway = false;
  return {
    lost(error) {
      if (!isAway) report(`waiting for the API server: ${error.message}`);
      isAway = true;
    },
    regained() {
      if (isAway) report('the API server is available again');
      isAway = false;
    },
  };
}

/**
 * Takes every turn, once it is known what exists. An API server that is away is waited for; rejects with ConfigurationError when the
 * job cannot continue.
 */
async function repeat(turns: Turns, turn: () => Promise<void>, availability: Availability): Promise<void> {
  await Promise.all(turns.observations.map(({ complete }) => complete));
  for await (const _turn of turns) {
    try {
      await turn();
      availability.regained();
    } catch (error) {
      if (error instanceof ConfigurationError) throw error;
      availability.lost(error as Error);
    }
  }
}
