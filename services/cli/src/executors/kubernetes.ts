/**
 * The kubernetes executor: this process is the driver's pod. It coordinates, as with the executor nats, and makes the workers
 * and collectors of each stage as Jobs. Its own Job carries the reason of its end, because a user looks there first.
 */
import { ConfigurationError, exitCodeOf, exitCodes, type Job, type KubernetesApi, podPaths } from '@proofmill/contract';
import type { Coordinated, CoordinatorEvents } from '@proofmill/coordinate';
import { countedEvents, type Progress, runCoordinator } from '@proofmill/coordinator';
import { type JobFile, readKubernetesSettings } from '@proofmill/job-files';
import { openKubernetes } from '@proofmill/kubernetes-api';
import {
  type DriverEnd,
  type FleetSupervisor,
  reportStartFailure,
  retriedSentence,
  superviseFleet,
} from '@proofmill/kubernetes-loops';
import type { CoordinatorMeters } from '@proofmill/metrics';
import { natsReplicasOf, processLog, systemClock } from '@proofmill/runtime';

/** Where a driver is. */
export interface Driver {
  readonly kubernetes: KubernetesApi;
  /** The name of the Job that this process runs for. */
  readonly job: string;
  /** What the driver counts for a scrape; null where none may come. */
  readonly meters: CoordinatorMeters | null;
  /** Reports a failure of `attempt` on the Job, too. */
  reporting<T>(attempt: () => Promise<T>): Promise<T>;
}

/** Reads the environment of a driver's pod. `meters` counts what the driver does. ConfigurationError elsewhere. */
export async function openDriver(meters: CoordinatorMeters | null): Promise<Driver> {
  const { PROOFMILL_DRIVER_JOB: job, PROOFMILL_NAMESPACE: namespace } = process.env;
  if (job === undefined) {
    throw new ConfigurationError(
      "the executor kubernetes runs in a driver's pod, where PROOFMILL_DRIVER_JOB names the driver's Job. From anywhere else, use: proofmill submit JOB",
    );
  }
  const opened = await openKubernetes({
    manager: 'proofmill-driver',
    // A driver may start before the role that it needs exists; waiting for the role costs nothing.
    rightsMayCome: true,
    ...(namespace === undefined ? {} : { namespace }),
  });
  const kubernetes = meters?.decorate('kubernetes', opened) ?? opened;
  return {
    kubernetes,
    job,
    meters,
    async reporting(attempt) {
      try {
        return await attempt();
      } catch (error) {
        const message = sentenceOf(error);
        const end = isFinal(error)
          ? { phase: 'Failed' as const, message }
          : { phase: 'Pending' as const, message: retriedSentence(message) };
        await reportStartFailure(kubernetes, job, end, time()).catch(() => undefined);
        throw error;
      }
    },
  };
}

export interface KubernetesExecutorOptions {
  readonly jobFile: JobFile;
  /** Sentences to report at the start. */
  readonly notices: readonly string[];
  readonly stop: AbortSignal;
  readonly progress: Progress;
}

/** Runs a job to its end; see `coordinate` for how it ends and what it rejects with, and `superviseFleet` for what else. */
export async function runOnKubernetes(driver: Driver, options: KubernetesExecutorOptions): Promise<Coordinated> {
  const { jobFile, progress } = options;
  const { meters } = driver;
  const { job } = jobFile;
  const nats = process.env.NATS_URL;
  const supervisor = await driver.reporting(async () => {
    if (nats === undefined) throw new ConfigurationError('no NATS server is named: set NATS_URL');
    return await superviseFleet({
      kubernetes: driver.kubernetes,
      job,
      settings: await readKubernetesSettings(process.env.PROOFMILL_CLUSTER ?? podPaths.settings),
      driverJob: driver.job,
      clock: systemClock(),
      time,
      report: (sentence) => progress.report(sentence),
    });
  });
  const stop = AbortSignal.any([options.stop, supervisor.failed]);
  let coordinated: Coordinated;
  try {
    const reported = both(progress, supervisor);
    const events = meters ? countedEvents(reported, meters.events) : reported;
    for (const notice of options.notices) events.onNotice?.(notice);
    const log = await processLog('driver');
    const natsReplicas = natsReplicasOf();
    const { jobNow } = supervisor;
    coordinated = await runCoordinator({
      ...{ jobFile, jobNow, nats: nats ?? '', natsReplicas, stop, log, events },
      ...(meters ? { decorate: meters.decorate, onNats: meters.onNats } : {}),
    });
    if (coordinated.ended === 'stopped' && supervisor.failed.aborted) throw supervisor.failed.reason;
  } catch (caught) {
    const error: unknown = supervisor.failed.aborted ? supervisor.failed.reason : caught;
    await supervisor.end(options.stop.aborted ? { how: 'stopped' } : endOf(error));
    throw error;
  }
  await supervisor.end(endOfCoordinated(coordinated, job));
  return coordinated;
}

const time = (): string => new Date().toISOString().replace(/\.\d+Z$/, 'Z');

const isFinal = (error: unknown): boolean => exitCodeOf(error) === exitCodes.configuration;

const sentenceOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replace(/\s+/g, ' ').replace(/[. ]+$/, '');

const endOf = (error: unknown): DriverEnd =>
  isFinal(error)
    ? { how: 'finished', phase: 'Failed', message: sentenceOf(error) }
    : { how: 'retried', message: sentenceOf(error) };

function endOfCoordinated(coordinated: Coordinated, job: Job): DriverEnd {
  if (coordinated.ended === 'stopped') return { how: 'stopped' };
  if (coordinated.ended === 'limit') {
    const message = `a limit of the job is reached: ${coordinated.reason}`;
    return { how: 'finished', phase: 'LimitReached', message };
  }
  const { records, failed } = coordinated.output.totals;
  const message = `done: ${records} records, ${failed} failed, in ${job.spec.output.uri}`;
  return { how: 'finished', phase: 'Succeeded', message };
}

/** The log of the pod, and the status. */
const both = (progress: Progress, { events }: FleetSupervisor): CoordinatorEvents => ({
  onNotice(notice) {
    progress.report(notice);
    events.onNotice(notice);
  },
  onStage(stage) {
    progress.onStage?.(stage);
    events.onStage(stage);
  },
  onPlanned(stage, end) {
    progress.onPlanned?.(stage, end);
    events.onPlanned(stage, end);
  },
  onProgress(stage, records, given) {
    progress.onProgress?.(stage, records, given);
    events.onProgress(stage, records, given);
  },
  onSpare(stage, areSpare) {
    events.onSpare(stage, areSpare);
  },
  onCommit(stage, manifest, totals) {
    progress.onCommit?.(stage, manifest, totals);
    events.onCommit(stage, manifest, totals);
  },
});
