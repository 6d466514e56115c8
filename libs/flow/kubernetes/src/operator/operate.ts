/**
 * The operator turns ScoringJobs into drivers, and writes into their status what the drivers report.
 *
 *   following    Another operator leads: nothing is done (leadership.ts).
 *   leading      At every turn each ScoringJob is compared with what exists of it, and what is missing is done (reconcile-job.ts).
 *                Where something fails, all of them are looked at again after `retryMs`.
 */
import {
  type Clock,
  ConfigurationError,
  type KubernetesApi,
  type KubernetesObject,
  kubernetesLabels,
} from '@proofmill/contract';
import { type Installation, kinds } from '@proofmill/kubernetes-objects';
import { turnsOf } from '../turns.ts';
import { lead } from './leadership.ts';
import type { OperatorEvents } from './operator-events.ts';
import { ours, reconcileJob } from './reconcile-job.ts';

export interface OperateOptions {
  readonly kubernetes: KubernetesApi;
  /** Read at each turn, so that a change of the settings applies to jobs that start later. */
  readonly installation: () => Promise<Installation>;
  /** The name of this operator among several. */
  readonly identity: string;
  readonly clock: Clock;
  /** The time, as RFC 3339 with microseconds. */
  readonly time: () => string;
  readonly report: (sentence: string) => void;
  readonly stop: AbortSignal;
  readonly events?: OperatorEvents;
}

const leaseName = 'proofmill-operator';
const shortestTurnMs = 250;
const longestTurnMs = 30_000;
const retryMs = 2_000;

/**
 * Runs until `stop` fires. Rejects with ConfigurationError where the operator cannot do its work: the CustomResourceDefinition is
 * missing, or the right to watch. An API server that is away is waited for.
 */
export async function operate(options: OperateOptions): Promise<void> {
  const { stop, report } = options;
  while (!stop.aborted) {
    const leadership = await lead({ ...options, name: leaseName }, stop);
    if (leadership === null) return;
    report('leading');
    options.events?.onLeading?.(true);
    try {
      await reconcile(options, AbortSignal.any([stop, leadership.lost]));
    } finally {
      options.events?.onLeading?.(false);
      await leadership.release();
    }
    if (!stop.aborted) report(`no longer leading: ${(leadership.lost.reason as Error | undefined)?.message ?? ''}`);
  }
}

/** Takes turns until the signal fires, each one repeated until all of it has succeeded. */
async function reconcile(options: OperateOptions, stop: AbortSignal): Promise<void> {
  const { kubernetes, clock, report } = options;
  const watched = [{ kinds: [kinds.scoringJob] }, { kinds: [kinds.job, kinds.pod], labels: ours }];
  const turns = turnsOf({ kubernetes, clock, watched, shortestMs: shortestTurnMs, longestMs: longestTurnMs, stop });
  let isAway = false;
  for await (const _turn of turns) {
    for (let isDone = false; !isDone && !stop.aborted; ) {
      try {
        isDone = await reconcileAll(options);
        isAway = false;
      } catch (error) {
        if (error instanceof ConfigurationError) throw error;
        if (!isAway) report(`waiting for the API server: ${(error as Error).message}`);
        isAway = true;
      }
      if (!isDone) await clock.sleep(retryMs, stop);
    }
  }
}

/** Looks at every ScoringJob once. False where one of them has to be tried again. */
async function reconcileAll(options: OperateOptions): Promise<boolean> {
  const { kubernetes, clock, events } = options;
  const installation = await options.installation();
  const resources = await kubernetes.list(kinds.scoringJob);
  events?.onJobs?.(resources);
  if (resources.length === 0) return true;
  const jobs = byJob(await kubernetes.list(kinds.job, ours));
  const drivers = byJob(await kubernetes.list(kinds.pod, { ...ours, [kubernetesLabels.component]: 'driver' }));
  let isDone = true;
  for (const resource of resources) {
    const { name } = resource.metadata;
    const found = { resource, jobs: jobs.get(name) ?? [], driverPods: drivers.get(name) ?? [] };
    const beganMs = clock.now();
    const isReconciled = await reconcileJob(options, installation, found);
    events?.onReconciled?.(clock.now() - beganMs, isReconciled);
    isDone = isReconciled && isDone;
  }
  return isDone;
}

function byJob(objects: readonly KubernetesObject[]): Map<string, KubernetesObject[]> {
  return Map.groupBy(objects, ({ metadata }) => metadata.labels?.[kubernetesLabels.job] ?? '');
}
