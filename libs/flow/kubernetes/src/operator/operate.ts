/**
 * The operator turns ScoringJobs into drivers, and writes into their status what the drivers report.
 *
 *   following    Another operator leads: nothing is done (leadership.ts).
 *   leading      What exists is kept in memory (observed-jobs.ts). Each object that changes puts its ScoringJob into a queue
 *                (work-queue.ts), whose workers compare it with what exists of it and do what is missing (reconcile-job.ts). A job that
 *                fails is tried again by itself. A job that nothing happens to costs no call.
 *   stopping     The operator may be stopped because its namespace is being deleted: it then removes the Jobs (namespace-end.ts).
 */
import type { Clock, KubernetesApi, KubernetesObject } from '@proofmill/contract';
import type { Installation, NoInstallation } from '@proofmill/kubernetes-objects';
import { type EventRecorder, eventRecorder } from './event-recorder.ts';
import { type JobComparisons, jobComparisons } from './job-comparisons.ts';
import { lead } from './leadership.ts';
import { endWithNamespace, namespaceWatch } from './namespace-end.ts';
import { observeJobs, type ObservedJobs, type Watched } from './observed-jobs.ts';
import type { OperatorEvents } from './operator-events.ts';
import { type OutputWatch, outputWatch } from './output-watch.ts';
import { paced } from './paced.ts';
import { foundOf, reconcileJob } from './reconcile-job.ts';
import { createWorkQueue, type WorkEnd, type WorkQueue } from './work-queue.ts';

export interface OperateOptions {
  /** The namespace of the operator, where its Lease is. */
  readonly kubernetes: KubernetesApi;
  /** The namespaces whose ScoringJobs it takes care of. */
  readonly watched: Watched;
  /** Name of the Lease: operators that share it are one. */
  readonly lease: string;
  /**
   * What drivers of a namespace are made with. `settings` is the ConfigMap `settingsConfigMap` of that namespace, null where it has
   * none. A problem goes into the status of its jobs.
   */
  readonly installation: (
    namespace: string,
    settings: KubernetesObject | null,
  ) => Promise<Installation | NoInstallation>;
  /** The ConfigMap in each namespace that its settings are read from. Null where none is read. */
  readonly settingsConfigMap: string | null;
  /** The name of this operator among several. */
  readonly identity: string;
  readonly clock: Clock;
  /** The time, as RFC 3339 with microseconds. */
  readonly time: () => string;
  readonly report: (sentence: string) => void;
  readonly stop: AbortSignal;
  readonly events?: OperatorEvents;
}

/** A job takes a few calls, one after the other: so many side by side use up the pace even where a call takes 150 ms. */
const workers = 8;
/** Changes of a job within this time are one. */
const restMs = 250;
const firstPauseMs = 2_000;
const longestPauseMs = 60_000;
/**
 * Calls to the API server: as many as the reports of 100 running jobs, one in two seconds each. What is more waits, and new and changed
 * jobs come first. A call is cheap for an API server, which serves several hundred a second to all of its clients together.
 */
const callsPerSecond = 50;
const burstCalls = 100;
/** Nothing depends on it: changes bring their jobs themselves. */
const resyncMs = 10 * 60_000;

/**
 * Runs until `stop` fires. Rejects with ConfigurationError where the operator cannot do its work: the CustomResourceDefinition is
 * missing, or the right to watch. An API server that is away is waited for.
 */
export async function operate(options: OperateOptions): Promise<void> {
  const { kubernetes, watched, report } = options;
  /** Those with jobs, where all are watched. */
  const namespaces = new Set(watched === 'all' ? [] : watched);
  await operateUntilStopped(options, namespaces);
  const ends = [...namespaces].map((namespace) =>
    endWithNamespace(kubernetes.within(namespace), report).catch((error: unknown) =>
      report(`whether the namespace ${namespace} is being deleted is not known: ${(error as Error).message}`),
    ),
  );
  await Promise.all(ends);
}

async function operateUntilStopped(options: OperateOptions, namespaces: Set<string>): Promise<void> {
  const { stop, report, lease: name } = options;
  while (!stop.aborted) {
    const leadership = await lead({ ...options, name }, stop);
    if (leadership === null) return;
    report('leading');
    options.events?.onLeading?.(true);
    try {
      await reconcile(options, namespaces, AbortSignal.any([stop, leadership.lost]));
    } finally {
      options.events?.onLeading?.(false);
      await leadership.release();
    }
    if (!stop.aborted) report(`no longer leading: ${(leadership.lost.reason as Error | undefined)?.message ?? ''}`);
  }
}

/** Works on what changes until the signal fires. Adds the namespaces that it meets. */
async function reconcile(options: OperateOptions, namespaces: Set<string>, stop: AbortSignal): Promise<void> {
  const { clock, report, events } = options;
  const refused = new AbortController();
  const ended = AbortSignal.any([stop, refused.signal]);
  const kubernetes = paced(options.kubernetes, { clock, perSecond: callsPerSecond, burst: burstCalls });
  let trouble = '';
  const jobs: ObservedJobs = observeJobs({
    ...{ kubernetes, watched: options.watched, settingsConfigMap: options.settingsConfigMap, signal: ended },
    onChange(namespace, name, object) {
      queue.add(`${namespace}/${name}`, isUrgent(object));
      addAll(queue, outputs.changed(object));
      namespaces.add(namespace);
      ends.changed(object);
    },
    onNamespace(all) {
      addAll(queue, all);
      for (const object of all) {
        const { namespace = '' } = object.metadata;
        outputs.changed(object);
        namespaces.add(namespace);
        ends.met(namespace);
      }
      events?.onView?.(() => ({ jobs: jobs.all(), waiting: queue.waiting() }));
    },
    onTrouble(error) {
      if (error.message !== trouble) report(`waiting for the API server: ${error.message}`);
      trouble = error.message;
    },
  });
  jobs.complete.catch((error: unknown) => refused.abort(error));
  const outputs = outputWatch(jobs);
  const ends = namespaceWatch({ ...{ clock, report, stop: ended }, within: jobs.within });
  const work = { ...options, jobs, outputs, recorder: eventRecorder(options), comparisons: jobComparisons() };
  const queue = createWorkQueue({
    ...{ clock, workers, restMs, firstPauseMs, longestPauseMs, stop: ended },
    async work(key, failures) {
      const beganMs = clock.now();
      const end = await workOn(work, key, failures > 0);
      events?.onReconciled?.(clock.now() - beganMs, end === 'failed');
      if (end !== 'failed') trouble = '';
      return end;
    },
  });
  const resync = resyncing(clock, ended, () => addAll(queue, jobs.all()));
  await queue.run();
  await resync;
  if (refused.signal.aborted) throw refused.signal.reason;
}

async function resyncing(clock: Clock, stop: AbortSignal, resync: () => void): Promise<void> {
  for (;;) {
    await clock.sleep(resyncMs, stop);
    if (stop.aborted) return;
    resync();
  }
}

function addAll(queue: WorkQueue, all: readonly KubernetesObject[]): void {
  for (const object of all) {
    const { namespace, name } = object.metadata;
    queue.add(`${namespace}/${name}`, isUrgent(object));
  }
}

/** Somebody has created, changed or deleted the job, and no status says so yet: that comes ahead of the progress of others. */
function isUrgent({ kind, metadata, status }: KubernetesObject): boolean {
  if (kind !== 'ScoringJob') return false;
  const { observedGeneration } = (status ?? {}) as { readonly observedGeneration?: number };
  return metadata.deletionTimestamp !== undefined || observedGeneration !== metadata.generation;
}

interface Work extends OperateOptions {
  readonly jobs: ObservedJobs;
  readonly outputs: OutputWatch;
  readonly recorder: EventRecorder;
  readonly comparisons: JobComparisons;
}

/** Looks at one ScoringJob. */
async function workOn(
  { jobs, outputs, time, report, installation, recorder, comparisons }: Work,
  key: string,
  isRepeated: boolean,
): Promise<WorkEnd> {
  const [namespace = '', name = ''] = key.split('/');
  const resource = jobs.read(namespace, name);
  if (resource === null) {
    comparisons.forget(namespace, name);
    return 'done';
  }
  const kubernetes = jobs.within(namespace);
  return await reconcileJob(
    {
      ...{ kubernetes, time, isRepeated, recorder, comparisons },
      report: (sentence) => report(`${namespace}/${sentence}`),
    },
    await installation(namespace, jobs.settings(namespace)),
    await foundOf(kubernetes, resource, outputs),
  );
}
