/**
 * The kubernetes executor: this process is the driver's pod. It coordinates, as with the executor nats, and makes the workers
 * and collectors of each stage as Jobs. What ends it is also said on its own Job, where a user looks first.
 */
import { ConfigurationError, exitCodeOf, exitCodes, type Job, type KubernetesApi, podPaths } from '@proofmill/contract';
import type { Coordinated, CoordinatorEvents } from '@proofmill/coordinate';
import { type JobFile, runCoordinator } from '@proofmill/coordinator';
import { openKubernetes } from '@proofmill/kubernetes-api';
import { type DriverEnd, type Follower, follow, tellAgain, tellEnd } from '@proofmill/kubernetes-loops';
import { readKubernetesSettings } from '@proofmill/operator';
import { processLog, systemClock } from '@proofmill/runtime';
import type { Progress } from './progress.ts';

/** Where a driver is. */
export interface Driver {
  readonly kubernetes: KubernetesApi;
  /** The name of the Job that this process runs for. */
  readonly job: string;
  /** What goes wrong in `attempt` is also said on the Job. */
  telling<T>(attempt: () => Promise<T>): Promise<T>;
}

/** Reads the environment of a driver's pod. ConfigurationError elsewhere. */
export async function openDriver(): Promise<Driver> {
  const { PROOFMILL_DRIVER_JOB: job, PROOFMILL_NAMESPACE: namespace } = process.env;
  if (job === undefined) {
    throw new ConfigurationError(
      'the executor kubernetes runs in a pod, and PROOFMILL_DRIVER_JOB names the Job of that. From elsewhere, use: proofmill submit JOB',
    );
  }
  const kubernetes = await openKubernetes({
    manager: 'proofmill-driver',
    // A driver may be there before the role that it needs: another one is tried, which costs nothing.
    rightsMayCome: true,
    ...(namespace === undefined ? {} : { namespace }),
  });
  return {
    kubernetes,
    job,
    async telling(attempt) {
      try {
        return await attempt();
      } catch (error) {
        const message = sentenceOf(error);
        const end = isFinal(error)
          ? { phase: 'Failed' as const, message }
          : { phase: 'Pending' as const, message: tellAgain(message) };
        await tellEnd(kubernetes, job, end, time()).catch(() => undefined);
        throw error;
      }
    },
  };
}

export interface KubernetesExecutorOptions {
  readonly jobFile: JobFile;
  readonly stop: AbortSignal;
  readonly progress: Progress;
}

/** Runs a job to its end; see `coordinate` for how it ends and what it rejects with, and `follow` for what else. */
export async function runOnKubernetes(driver: Driver, options: KubernetesExecutorOptions): Promise<Coordinated> {
  const { jobFile, progress } = options;
  const { job } = jobFile;
  const nats = process.env.NATS_URL;
  const follower = await driver.telling(async () => {
    if (nats === undefined) throw new ConfigurationError('where is NATS? Set NATS_URL');
    return await follow({
      kubernetes: driver.kubernetes,
      job,
      settings: await readKubernetesSettings(process.env.PROOFMILL_CLUSTER ?? podPaths.settings),
      driverJob: driver.job,
      clock: systemClock(),
      time,
      say: (sentence) => progress.say(sentence),
    });
  });
  const stop = AbortSignal.any([options.stop, follower.failed]);
  let coordinated: Coordinated;
  try {
    const events = both(progress, follower);
    const log = processLog('driver');
    coordinated = await runCoordinator({ jobFile, nats: nats ?? '', stop, log, events });
    if (coordinated.ended === 'stopped' && follower.failed.aborted) throw follower.failed.reason;
  } catch (caught) {
    const error: unknown = follower.failed.aborted ? follower.failed.reason : caught;
    await follower.end(options.stop.aborted ? { how: 'stopped' } : endOf(error));
    throw error;
  }
  await follower.end(endOfCoordinated(coordinated, job));
  return coordinated;
}

const time = (): string => new Date().toISOString().replace(/\.\d+Z$/, 'Z');

const isFinal = (error: unknown): boolean => exitCodeOf(error) === exitCodes.configuration;

const sentenceOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replace(/\s+/g, ' ').replace(/[. ]+$/, '');

const endOf = (error: unknown): DriverEnd =>
  isFinal(error)
    ? { how: 'over', phase: 'Failed', message: sentenceOf(error) }
    : { how: 'again', message: sentenceOf(error) };

function endOfCoordinated(coordinated: Coordinated, job: Job): DriverEnd {
  if (coordinated.ended === 'stopped') return { how: 'stopped' };
  if (coordinated.ended === 'limit') {
    const message = `a limit of the job is reached: ${coordinated.reason}`;
    return { how: 'over', phase: 'LimitReached', message };
  }
  const { records, failed } = coordinated.output.totals;
  const message = `done: ${records} records, ${failed} failed, in ${job.spec.output.uri}`;
  return { how: 'over', phase: 'Succeeded', message };
}

/** The log of the pod, and the status. */
const both = (progress: Progress, { events }: Follower): CoordinatorEvents => ({
  onNotice(notice) {
    progress.say(notice);
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
  onProgress(stage, records) {
    progress.onProgress?.(stage, records);
    events.onProgress(stage, records);
  },
  onCommit(stage, manifest, totals) {
    progress.onCommit?.(stage, manifest, totals);
    events.onCommit(stage, manifest, totals);
  },
});
