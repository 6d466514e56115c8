/** The Jobs of a job's stages: what is missing is created, what is no longer needed is removed. */
import {
  type Clock,
  ConfigurationError,
  exitCodes,
  type Job,
  type KubernetesApi,
  type KubernetesObject,
  type KubernetesSettings,
  kubernetesLabels,
  type OwnerReference,
  type StageFile,
} from '@proofmill/contract';
import {
  clearance,
  collectorObjects,
  finalSentence,
  isSameOwner,
  jobStateOf,
  kinds,
  refOf,
  retirement,
  stageJobAction,
  stageOf,
  stageSuspension,
  surplus,
  weightsAction,
  weightsJob,
  workerObjects,
} from '@proofmill/kubernetes-objects';
import { carryOut } from '../carry-out.ts';

export interface StageJobsOptions {
  readonly kubernetes: KubernetesApi;
  readonly job: Job;
  readonly settings: KubernetesSettings;
  /** The driver's Job. */
  readonly owner: OwnerReference;
  readonly clock: Clock;
  /** The time, as RFC 3339. */
  readonly time: () => string;
  readonly report: (sentence: string) => void;
}

/** A group of nodes that dies within this time of its creation is made again only when it has passed. */
const shortestLifeMs = 60_000;
/** How long the pods of a complete stage may take to notice and end by themselves. */
const lingerMs = 10_000;
const pollMs = 500;

/** The Jobs of all stages that exist. */
export async function listStageJobs({ kubernetes, job }: StageJobsOptions): Promise<KubernetesObject[]> {
  const jobs = await kubernetes.list(kinds.job, { [kubernetesLabels.job]: job.metadata.name });
  return jobs.filter((object) => stageOf(object) !== undefined);
}

interface WantedStage {
  readonly stage: StageFile;
  /** Its workers have nothing left to take: those that have left are not replaced. */
  readonly areSpare: boolean;
}

/** Creates or corrects the Jobs of a stage. ConfigurationError when a pod reports that trying again is pointless. */
export async function provideStage(
  options: StageJobsOptions,
  { stage, areSpare }: WantedStage,
  jobs: readonly KubernetesObject[],
  pods: readonly KubernetesObject[],
): Promise<void> {
  const { kubernetes, job, settings, owner, time, report } = options;
  const parts = { job, stage, settings, namespace: kubernetes.namespace, owner };
  const ofWorkers = workerObjects(parts);
  const workerJobs = ofWorkers.filter(({ kind }) => kind === kinds.job.kind);
  const besides = ofWorkers.filter(({ kind }) => kind !== kinds.job.kind);
  const surroundings = { pods, youngSince: earlier(time(), shortestLifeMs) };
  await carryOut(kubernetes, surplus(jobs, workerJobs));
  const hasWeights = await provideWeights(options, weightsJob(parts), jobs, pods);
  for (const wanted of [...(hasWeights ? workerJobs : []), ...collectorObjects(parts)]) {
    const existing = jobs.find(({ metadata }) => metadata.name === wanted.metadata.name);
    const action = stageJobAction(wanted, existing, {
      ...surroundings,
      mayHaveLeft: areSpare && workerJobs.includes(wanted),
    });
    if (action === 'failed' && existing) failFor(existing, pods);
    else if (action === 'remove') await kubernetes.remove(refOf(wanted), 'foreground');
    else if (action === 'resume') await kubernetes.patch(refOf(wanted), { spec: { suspend: false } });
    else if (action === 'apply' && (await areFree(kubernetes, besides))) {
      if (workerJobs.includes(wanted)) for (const object of besides) await kubernetes.apply(object);
      await kubernetes.apply(wanted);
      report(`${wanted.metadata.name} ${existing ? 'has its new width' : 'is created'}`);
    }
  }
}

/** Creates or corrects the Job that fills a claim with weights. Whether the workers can start: without weights, GPUs would be idle. */
async function provideWeights(
  { kubernetes, report }: StageJobsOptions,
  wanted: KubernetesObject | null,
  jobs: readonly KubernetesObject[],
  pods: readonly KubernetesObject[],
): Promise<boolean> {
  if (wanted === null) return true;
  const { name } = wanted.metadata;
  const existing = jobs.find(({ metadata }) => metadata.name === name);
  const action = weightsAction(wanted, existing);
  if (action === 'failed' && existing) failFor(existing, pods);
  if (action === 'remove') await kubernetes.remove(refOf(wanted), 'foreground');
  if (action === 'resume') await kubernetes.patch(refOf(wanted), { spec: { suspend: false } });
  if (action === 'apply') {
    await kubernetes.apply(wanted);
    report(`${name} is created; the workers start when it has fetched the weights`);
  }
  return action === 'ready';
}

/** The moment so long ahead of another one, as the API server writes it. */
const earlier = (time: string, byMs: number): string =>
  new Date(Date.parse(time) - byMs).toISOString().replace(/\.\d+Z$/, 'Z');

/** Whether objects can be applied. What an earlier driver left is removed, as it belongs to that driver's Job. */
async function areFree(kubernetes: KubernetesApi, wanted: readonly KubernetesObject[]): Promise<boolean> {
  let free = true;
  for (const object of wanted) {
    const existing = await kubernetes.read(refOf(object));
    if (existing === null || isSameOwner(object, existing)) continue;
    await kubernetes.remove(refOf(object), 'background');
    free = false;
  }
  return free;
}

/** Throws with what a pod of the failed Job reported. Does nothing while that is not known: it may come after the verdict. */
function failFor(failedJob: KubernetesObject, pods: readonly KubernetesObject[]): void {
  const component = failedJob.metadata.labels?.[kubernetesLabels.component] ?? '';
  const stage = stageOf(failedJob);
  const own = pods.filter(
    (pod) => pod.metadata.labels?.[kubernetesLabels.component] === component && stageOf(pod) === stage,
  );
  const sentence = finalSentence(own, [exitCodes.configuration]);
  const { end, reason } = jobStateOf(failedJob);
  if (sentence === null && end === null) return;
  const what =
    component === 'fetcher'
      ? `the weights of ${stage} cannot be fetched`
      : `a ${component} of ${stage} cannot do its work`;
  throw new ConfigurationError(`${what}: ${sentence ?? reason}`);
}

/** Removes Jobs of stages that are not under way, each when it has ended or `lingerMs` after the first call that names it. */
export function stageRetirement({
  kubernetes,
  clock,
}: StageJobsOptions): (jobs: readonly KubernetesObject[]) => Promise<void> {
  const idleSinceMs = new Map<string, number>();
  return async (jobs) => {
    const nowMs = clock.now();
    for (const { metadata } of jobs) {
      if (!idleSinceMs.has(metadata.name)) idleSinceMs.set(metadata.name, nowMs);
    }
    const isOverdue = ({ metadata }: KubernetesObject): boolean =>
      nowMs - (idleSinceMs.get(metadata.name) ?? nowMs) > lingerMs;
    await carryOut(kubernetes, retirement(jobs, isOverdue));
  };
}

/** Removes the Jobs of a job that has ended. Where it is done, its pods have `lingerMs` to end by themselves first. */
export async function clearStages(options: StageJobsOptions, isDone: boolean): Promise<void> {
  const { kubernetes, clock } = options;
  for (const untilMs = clock.now() + (isDone ? lingerMs : 0); ; await clock.sleep(pollMs)) {
    const jobs = await listStageJobs(options);
    const isRunning = jobs.some((job) => jobStateOf(job).end === null);
    if (!isRunning || clock.now() >= untilMs) return await carryOut(kubernetes, clearance(jobs, isDone));
  }
}

export async function suspendStages(options: StageJobsOptions): Promise<void> {
  await carryOut(options.kubernetes, stageSuspension(await listStageJobs(options), true));
}
