/** The Jobs of the stages: what is missing is made, what is of no more use goes. */
import {
  collectorObjects,
  finalSentence,
  isQueued,
  isSameOwner,
  jobStateOf,
  stageJobAction,
  stageOf,
  workerObjects,
} from '@proofmill/cluster';
import {
  type Clock,
  type Cluster,
  type ClusterObject,
  type ClusterSettings,
  ConfigurationError,
  clusterLabels,
  exitCodes,
  type Job,
  type ObjectRef,
  type OwnerReference,
  type StageFile,
} from '@proofmill/contract';

export interface StageJobsOptions {
  readonly cluster: Cluster;
  readonly job: Job;
  readonly settings: ClusterSettings;
  /** The driver's Job. */
  readonly owner: OwnerReference;
  readonly clock: Clock;
  readonly say: (sentence: string) => void;
}

export interface StageJobs {
  /** The Jobs that there are, of all stages. */
  list(): Promise<ClusterObject[]>;
  /** Makes what the stage misses. ConfigurationError when a pod said that it is of no use to try again. */
  provide(stage: StageFile, jobs: readonly ClusterObject[], pods: readonly ClusterObject[]): Promise<void>;
  /** Removes Jobs of no more use, after a moment in which they may end by themselves. */
  removeUseless(jobs: readonly ClusterObject[]): Promise<void>;
  /** Removes all. Of a job that is not done, one that failed stays for those who want to read its pods' logs. */
  clear(isDone: boolean): Promise<void>;
  suspend(): Promise<void>;
}

const batchJob = { apiVersion: 'batch/v1', kind: 'Job' };
/** How long the pods of a stage that is complete may take to notice. */
const lingerMs = 10_000;
const lookMs = 500;

export function stageJobs({ cluster, job, settings, owner, clock, say }: StageJobsOptions): StageJobs {
  const ours = { [clusterLabels.job]: job.metadata.name };
  /** When a stage's Jobs were first seen to be of no more use. */
  const uselessSinceMs = new Map<string, number>();

  async function list(): Promise<ClusterObject[]> {
    return (await cluster.list(batchJob, ours)).filter((one) => stageOf(one) !== undefined);
  }

  /** One that a driver before us left is removed with that; until then there cannot be ours. */
  async function isOurs(wanted: ClusterObject): Promise<boolean> {
    const there = await cluster.read(refOf(wanted));
    if (there === null || isSameOwner(wanted, there)) return true;
    await cluster.remove(refOf(wanted), 'background');
    return false;
  }

  return {
    list,
    async provide(stage, jobs, pods) {
      const parts = { job, stage, settings, namespace: cluster.namespace, owner };
      const [stageFile, workerJob] = workerObjects(parts);
      for (const wanted of [workerJob, ...collectorObjects(parts)]) {
        const there = jobs.find(({ metadata }) => metadata.name === wanted.metadata.name);
        const action = stageJobAction(wanted, there);
        if (action === 'failed' && there) failFor(there, pods);
        else if (action === 'remove') await cluster.remove(refOf(wanted), 'foreground');
        else if (action === 'resume') await cluster.patch(refOf(wanted), { spec: { suspend: false } });
        else if (action === 'apply' && (await isOurs(stageFile))) {
          if (wanted === workerJob) await cluster.apply(stageFile);
          await cluster.apply(wanted);
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
        if (end !== null || clock.now() - sinceMs > lingerMs) await cluster.remove(refOf(one), 'background');
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
          if (!isGoing && (isDone || end !== 'failed')) await cluster.remove(refOf(one), 'background');
        }
        return;
      }
    },
    async suspend() {
      for (const one of await list()) {
        const { isGoing, end, isSuspended } = jobStateOf(one);
        if (isGoing || end !== null) continue;
        if (isQueued(one)) await cluster.remove(refOf(one), 'background');
        else if (!isSuspended) await cluster.patch(refOf(one), { spec: { suspend: true } });
      }
    },
  };
}

/** Throws with what the pod said. Its sentence comes a little after the Job's end was decided. */
function failFor(failedJob: ClusterObject, pods: readonly ClusterObject[]): void {
  const component = failedJob.metadata.labels?.[clusterLabels.component] ?? '';
  const stage = stageOf(failedJob);
  const own = pods.filter(
    ({ metadata }) =>
      metadata.labels?.[clusterLabels.component] === component && metadata.labels[clusterLabels.stage] === stage,
  );
  const sentence = finalSentence(own, [exitCodes.configuration]);
  const { end, reason } = jobStateOf(failedJob);
  if (sentence === null && end === null) return;
  throw new ConfigurationError(`a ${component} of ${stage} cannot do its work: ${sentence ?? reason}`);
}

const refOf = ({ apiVersion, kind, metadata }: ClusterObject): ObjectRef => ({ apiVersion, kind, name: metadata.name });
