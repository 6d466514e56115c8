/**
 * The bound on engines that never start. An engine that has been ready once, on any worker, shows that the job can work: whatever
 * happens to engines later is not the fault of the job, and is waited for. Before that, the engine of one worker may fail to start
 * `fleet.maxStartFailures` times; then the job ends, and its GPUs are free. That an engine was ready is kept on the Job of the
 * workers, so it is known as long as the fleet stays the same, whichever driver runs.
 */
import {
  ConfigurationError,
  type KubernetesApi,
  type KubernetesObject,
  kubernetesAnnotations,
  kubernetesNames,
  type Job,
  stageSpecOf,
} from '@proofmill/contract';
import { engineStarts, refOf, type Trouble } from '@proofmill/kubernetes-objects';

/** The pauses of the kubelet between as many restarts are half an hour together. */
const defaultStartFailures = 10;

export interface BoundedEngines {
  readonly kubernetes: KubernetesApi;
  readonly job: Job;
  readonly stage: string;
  readonly jobs: readonly KubernetesObject[];
  readonly pods: readonly KubernetesObject[];
  /** What keeps the pods of the stage from running. */
  readonly trouble: Trouble | null;
}

/** Rejects with ConfigurationError where the engines have failed to start too often. */
export async function boundEngineStarts({
  kubernetes,
  job,
  stage,
  jobs,
  pods,
  trouble,
}: BoundedEngines): Promise<void> {
  const name = kubernetesNames.workers(job.metadata.name, stage);
  const workers = jobs.find(({ metadata }) => metadata.name === name);
  if (workers === undefined || workers.metadata.annotations?.[kubernetesAnnotations.engineStarted] !== undefined)
    return;
  const { hasStarted, mostFailures } = engineStarts(pods.filter((pod) => isOf(pod, workers)));
  if (hasStarted) {
    const annotations = { [kubernetesAnnotations.engineStarted]: 'true' };
    await kubernetes.patch(refOf(workers), { metadata: { annotations } });
    return;
  }
  const { maxStartFailures = defaultStartFailures } = stageSpecOf(job, stage)?.fleet ?? {};
  if (mostFailures < maxStartFailures) return;
  const why = trouble === null ? '' : `: ${trouble.message}`;
  throw new ConfigurationError(
    `the engine of ${stage} has failed to start ${mostFailures} times (fleet.maxStartFailures), and has never been ready${why}`,
  );
}

const isOf = (pod: KubernetesObject, { metadata: { uid } }: KubernetesObject): boolean =>
  pod.metadata.ownerReferences?.some((owner) => owner.uid === uid) ?? false;
