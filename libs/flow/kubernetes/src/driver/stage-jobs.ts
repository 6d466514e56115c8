/** The Jobs of the stages: what is missing is made, what is of no more use goes. */

import {
  type Clock,
  ConfigurationError,
  exitCodes,
  type Job,
  type KubernetesApi,
  type KubernetesObject,
  type KubernetesSettings,
  kubernetesLabels,
  type ObjectRef,
  type OwnerReference,
  type StageFile,
} from '@proofmill/contract';
import {
  collectorObjects,
  finalSentence,
  isQueued,
  isSameOwner,
  jobStateOf,
  stageJobAction,
  stageOf,
  workerObjects,
} from '@proofmill/kubernetes-objects';

export interface StageJobsOptions {
  readonly kubernetes: KubernetesApi;
  readonly job: Job;
  readonly settings: KubernetesSettings;
  /** The driver's Job. */
  readonly owner: OwnerReference;
  readonly clock: Clock;
  readonly say: (sentence: string) => void;
}

export interface StageJobs {
  /** The Jobs that there are, of all stages. */
  list(): Promise<KubernetesObject[]>;
  /** Makes what the stage misses. ConfigurationError when a pod said that it is of no use to try again. */
  provide(stage: StageFile, jobs: readonly KubernetesObject[], pods: readonly KubernetesObject[]): Promise<void>;
  /** Removes Jobs of no more use, after a moment in which they may end by themselves. */
  removeUseless(jobs: readonly KubernetesObject[]): Promise<void>;
  /** Removes all. Of a job that is not done, one that failed stays for those who want to read its pods' logs. */
  clear(isDone: boolean): Promise<void>;
  suspend(): Promise<void>;
}

const batchJob = { apiVersion: 'batch/v1', kind: 'Job' };
/** How long the pods of a stage that is complete may take to notice. */
const lingerMs = 10_000;
const lookMs = 500;

export function stageJobs({ kubernetes, job, settings, owner, clock, say }: StageJobsOptions): StageJobs {
  const ours = { [kubernetesLabels.job]: job.metadata.name };
  /** When a stage's Jobs were first seen to be of no more use. */
  const uselessSinceMs = new Map<string, number>();

  async function list(): Promise<KubernetesObject[]> {
    return (await kubernetes.list(batchJob, ours)).filter((one) => stageOf(one) !== undefined);
  }

  /** One that a driver before us left is removed with that; until then there cannot be ours. */
  async function isOurs(wanted: KubernetesObject): Promise<boolean> {
    const there = await kubernetes.read(refOf(wanted));
    if (there === null || isSameOwner(wanted, there)) return true;
    await kubernetes.remove(refOf(wanted), 'background');
    return false;
  }

  return {
    list,
    async provide(stage, jobs, pods) {
      const parts = { job, stage, settings, namespace: kubernetes.namespace, owner };
      const [stageFile, workerJob] = workerObjects(parts);
      for (const wanted of [workerJob, ...collectorObjects(parts)]) {
        const there = jobs.find(({ metadata }) => metadata.name === wanted.metadata.name);
        const action = stageJobAction(wanted, there);
        if (action === 'failed' && there) failFor(there, pods);
        else if (action === 'remove') await kubernetes.remove(refOf(wanted), 'foreground');
        else if (action === 'resume') await kubernetes.patch(refOf(wanted), { spec: { suspend: false } });
        else if (action === 'apply' && (await isOurs(stageFile))) {
          if (wanted === workerJob) await kubernetes.apply(stageFile);
          await kubernetes.apply(wanted);
          say(`${wanted.metadata.name} is ${there ? 'made as wide as the job says' : 'made'}`);
        }
      }
    },
    async removeUseless(jobs) {
      for (const one of jobs) {
        const { isGoing, end } = jobStateOf(one);
        if (isGoing) continue;
        const { name } = one.metadata;
        const sinceMs = uselessSinceMs.get(name) ?? clock.now();
        uselessSinceMs.set(name, sinceMs);
        if (end !== null || clock.now() - sinceMs > lingerMs) await kubernetes.remove(refOf(one), 'background');
      }
    },
    async clear(isDone) {
      const untilMs = clock.now() + (isDone ? lingerMs : 0);
      for (;;) {
        const left = await list();
        const running = left.filter((one) => jobStateOf(one).end === null);
        if (running.length > 0 && clock.now() < untilMs) {
          await clock.sleep(lookMs);
          continue;
        }
        for (const one of left) {
          const { isGoing, end } = jobStateOf(one);
          if (!isGoing && (isDone || end !== 'failed')) await kubernetes.remove(refOf(one), 'background');
        }
        return;
      }
    },
    async suspend() {
      for (const one of await list()) {
        const { isGoing, end, isSuspended } = jobStateOf(one);
        if (isGoing || end !== null) continue;
        if (isQueued(one)) await kubernetes.remove(refOf(one), 'background');
        else if (!isSuspended) await kubernetes.patch(refOf(one), { spec: { suspend: true } });
      }
    },
  };
}

/** Throws with what the pod said. Its sentence comes a little after the Job's end was decided. */
function failFor(failedJob: KubernetesObject, pods: readonly KubernetesObject[]): void {
  const component = failedJob.metadata.labels?.[kubernetesLabels.component] ?? '';
  const stage = stageOf(failedJob);
  const own = pods.filter(
    ({ metadata }) =>
      metadata.labels?.[kubernetesLabels.component] === component && metadata.labels[kubernetesLabels.stage] === stage,
  );
  const sentence = finalSentence(own, [exitCodes.configuration]);
  const { end, reason } = jobStateOf(failedJob);
  if (sentence === null && end === null) return;
  throw new ConfigurationError(`a ${component} of ${stage} cannot do its work: ${sentence ?? reason}`);
}

const refOf = ({ apiVersion, kind, metadata }: KubernetesObject): ObjectRef => ({
  apiVersion,
  kind,
  name: metadata.name,
});
