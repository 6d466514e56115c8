/**
 * The driver's second half. The coordinator plans and drives; this gives it pods, and says how far it is.
 *
 *   before        no stage has anything to do yet: nothing is made
 *   under way     a stage wants pods: its ConfigMap, its workers' Job and its collectors' Job are there, as wide as the job says
 *   complete      the last shard is committed: the Jobs had a moment to end by themselves, then they are removed
 *   ended         the job is done, or the driver is to end: the status says how, and the Jobs go, stay or are suspended
 *
 * Every turn looks at what there is, and does what is missing; nothing is remembered of what was done. So it is the same for a
 * driver that has just started and finds what another one made.
 */

import {
  type Clock,
  ConfigurationError,
  canonicalJson,
  type Job,
  type JobStatus,
  type KubernetesApi,
  type KubernetesObject,
  type KubernetesSettings,
  kubernetesAnnotations,
  kubernetesLabels,
  type ObjectRef,
  type OwnerReference,
  type StageFile,
} from '@proofmill/contract';
import {
  drivenStatus,
  isQueued,
  jobStateOf,
  readyWorkers,
  stageOf,
  type Trouble,
  troubleOf,
} from '@proofmill/kubernetes-objects';
import { turnsOf } from '../turns.ts';
import { type JobEvents, progressOf } from './progress.ts';
import { tellAgain } from './report-end.ts';
import { stageJobs } from './stage-jobs.ts';

export interface FollowOptions {
  readonly kubernetes: KubernetesApi;
  readonly job: Job;
  readonly settings: KubernetesSettings;
  /** The name of the Job that this process runs for. */
  readonly driverJob: string;
  readonly clock: Clock;
  /** The time, as RFC 3339. */
  readonly time: () => string;
  readonly say: (sentence: string) => void;
}

/** How a driver ends: in a phase that is the job's last one, with an error that passes, or as it was told to stop. */
export type DriverEnd =
  | { readonly how: 'over'; readonly phase: 'Succeeded' | 'LimitReached' | 'Failed'; readonly message: string }
  | { readonly how: 'again'; readonly message: string }
  | { readonly how: 'stopped' };

export interface Follower {
  /** To be told what the coordinator says. */
  readonly events: JobEvents;
  /** Fires with the error when the job cannot go on: ConfigurationError with what a pod or the API server said. */
  readonly failed: AbortSignal;
  /** Resolves when the Jobs are as they are to be and the status is written, or could not be for half a minute. */
  end(end: DriverEnd): Promise<void>;
}

/** Status is written about as often. */
const turnMs = 2_000;
const shortestMs = 500;
/** Events are many, and only asked for while pods are missing. */
const eventsMs = 6_000;
const lastWordMs = 30_000;
const againMs = 1_000;

const batchJob = { apiVersion: 'batch/v1', kind: 'Job' };
const podKind = { apiVersion: 'v1', kind: 'Pod' };
const eventKind = { apiVersion: 'v1', kind: 'Event' };

/** Begins. ConfigurationError when the driver's Job is not there, or may not be read. */
export async function follow(options: FollowOptions): Promise<Follower> {
  const { kubernetes, job, settings, driverJob, clock, time, say } = options;
  const driverRef: ObjectRef = { ...batchJob, name: driverJob };
  const ours = { [kubernetesLabels.job]: job.metadata.name };
  const failed = new AbortController();
  const ended = new AbortController();
  let wake = (): void => undefined;
  const progress = progressOf(clock, () => wake());

  const driver = await patiently(() => kubernetes.read(driverRef));
  if (driver === null) throw new ConfigurationError(`there is no Job ${driverJob} in ${kubernetes.namespace}`);
  const owner: OwnerReference = {
    ...batchJob,
    name: driverJob,
    uid: driver.metadata.uid ?? '',
    controller: true,
    blockOwnerDeletion: true,
  };
  const stages = stageJobs({ kubernetes, job, settings, owner, clock, say });
  let before: JobStatus | null = jobStateOf(driver).said;
  let written = '';
  let trouble: Trouble | null = null;
  let workers: { ready: number; wanted: number } | null = null;
  let eventsAtMs = Number.NEGATIVE_INFINITY;
  let events: readonly KubernetesObject[] = [];

  const loop = (async () => {
    let isAway = false;
    const turns = turnsOf({
      ...{ kubernetes, clock, shortestMs, longestMs: turnMs, stop: ended.signal },
      watched: [{ kinds: [batchJob, podKind], labels: ours }],
      wakeBy: (woken) => {
        wake = woken;
      },
    });
    for await (const _turn of turns) {
      try {
        await turn();
        if (isAway) say('the API server is there again');
        isAway = false;
      } catch (error) {
        if (error instanceof ConfigurationError) throw error;
        if (!isAway) say(`waiting for the API server: ${(error as Error).message}`);
        isAway = true;
      }
    }
  })().catch((error: unknown) => failed.abort(error));

  return {
    events: progress,
    failed: failed.signal,
    async end(end) {
      ended.abort();
      await loop;
      try {
        await lastWord(end);
      } catch (error) {
        // What is left belongs to the driver's Job, and the next driver begins with it.
        say(`the API server was not told how it ended: ${(error as Error).message}`);
      }
    },
  };

  async function turn(): Promise<void> {
    const stage = progress.underWay;
    const jobs = await stages.list();
    const pods = await kubernetes.list(podKind, ours);
    if (stage && (await isWanted())) await stages.provide(stage, jobs, pods);
    const others = jobs.filter((one) => stageOf(one) !== stage?.definition.name);
    if (progress.stages.length > 0) await stages.removeUseless(others);
    await observe(stage, jobs, pods);
    await write(statusNow(null));
  }

  /** Not while the driver's Job is on its way out, or suspended: what goes then is not to be made again. */
  async function isWanted(): Promise<boolean> {
    const own = await kubernetes.read(driverRef);
    return own !== null && own.metadata.deletionTimestamp === undefined && !jobStateOf(own).isSuspended;
  }

  async function observe(
    stage: StageFile | null,
    jobs: readonly KubernetesObject[],
    pods: readonly KubernetesObject[],
  ): Promise<void> {
    if (stage === null) {
      trouble = null;
      workers = null;
      return;
    }
    const { name } = stage.definition;
    const wanted = job.spec.pipeline.find((one) => one.name === name)?.fleet.workers ?? 0;
    workers = { ready: readyWorkers(pods, name), wanted };
    if (workers.ready === 0) progress.resetRate();
    if (workers.ready >= wanted) events = [];
    else if (clock.now() - eventsAtMs > eventsMs) {
      eventsAtMs = clock.now();
      const names = new Set([...jobs, ...pods].map(({ metadata }) => metadata.name));
      const all = await kubernetes.list(eventKind);
      events = all.filter((one) => names.has((one.involvedObject as { name?: string } | undefined)?.name ?? ''));
    }
    const own = pods.filter((one) => stageOf(one) === name);
    trouble = troubleOf(own, events) ?? queued(jobs, name);
  }

  function statusNow(end: { phase: JobStatus['phase']; message: string } | null): JobStatus {
    return drivenStatus({
      output: job.spec.output.uri,
      stageCount: job.spec.pipeline.length,
      stages: progress.stages,
      recordsPerSecond: progress.recordsPerSecond,
      workers,
      trouble,
      notice: progress.notice,
      end,
      before,
      at: time(),
    });
  }

  async function write(status: JobStatus): Promise<void> {
    const text = canonicalJson(status);
    if (text === written) return;
    await kubernetes.patch(driverRef, { metadata: { annotations: { [kubernetesAnnotations.status]: text } } });
    written = text;
    before = status;
  }

  async function lastWord(end: DriverEnd): Promise<void> {
    if (end.how === 'again') {
      return await patiently(() => write(statusNow({ phase: 'Pending', message: tellAgain(end.message) })));
    }
    if (end.how === 'over') {
      if (workers) workers = { ...workers, ready: 0 };
      await patiently(() => write(statusNow(end)));
      return await patiently(() => stages.clear(end.phase === 'Succeeded'));
    }
    const own = await patiently(() => kubernetes.read(driverRef));
    if (own === null || own.metadata.deletionTimestamp !== undefined) return;
    if (!jobStateOf(own).isSuspended) {
      const message = 'the driver was told to end; another one goes on';
      return await patiently(() => write(statusNow({ phase: 'Pending', message })));
    }
    await patiently(() => stages.suspend());
    if (workers) workers = { ...workers, ready: 0 };
    await patiently(() => write(statusNow({ phase: 'Suspended', message: 'suspended; it goes on where it stopped' })));
  }

  /** Tries again while the API server is away, for a while. */
  async function patiently<T>(attempt: () => Promise<T>): Promise<T> {
    for (const untilMs = clock.now() + lastWordMs; ; await clock.sleep(againMs)) {
      try {
        return await attempt();
      } catch (error) {
        if (error instanceof ConfigurationError || clock.now() > untilMs) throw error;
      }
    }
  }
}

function queued(jobs: readonly KubernetesObject[], stage: string): Trouble | null {
  const waiting = jobs.find((one) => stageOf(one) === stage && isQueued(one) && jobStateOf(one).isSuspended);
  return waiting
    ? { reason: 'Queued', message: `${waiting.metadata.name} waits in its queue until Kueue admits it` }
    : null;
}
