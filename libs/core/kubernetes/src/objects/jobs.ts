/** The Jobs (batch/v1) that the pods belong to, and ConfigMaps. */
import {
  digestOf,
  exitCodes,
  type KubernetesObject,
  kubernetesAnnotations,
  type OwnerReference,
} from '@proofmill/contract';
import type { Fields } from './fields.ts';
import { kinds } from './kinds.ts';

/** The largest number that the API takes: only exit codes end a Job, never the number of its retries. */
const manyRetries = 2_147_483_647;

/** A pod that was evicted or preempted does not count as failed; an exit code for which retrying is pointless ends the Job. */
const failurePolicy = (containers: readonly string[], final: readonly number[]): Fields => ({
  rules: [
    { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
    ...containers.map((containerName) => ({
      action: 'FailJob',
      onExitCodes: { containerName, operator: 'In', values: final },
    })),
  ],
});

interface ObjectParts {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly owner?: OwnerReference | undefined;
}

const metadataOf = ({ name, namespace, labels, annotations, owner }: ObjectParts): KubernetesObject['metadata'] => ({
  name,
  namespace,
  labels,
  ...(annotations ? { annotations } : {}),
  ...(owner ? { ownerReferences: [owner] } : {}),
});

/**
 * A Job of `width` numbered pods, each of which runs until it is done. `containers`: those whose exit codes are ours. Only the width of
 * its spec can be changed later; one annotation is the digest of everything else, the other the wanted width.
 */
export function indexedJob({
  width,
  containers,
  template,
  ...object
}: ObjectParts & { width: number; containers: readonly string[]; template: Fields }): KubernetesObject {
  const fixed = {
    completionMode: 'Indexed',
    backoffLimitPerIndex: manyRetries,
    podReplacementPolicy: 'Failed',
    podFailurePolicy: failurePolicy(containers, [exitCodes.configuration]),
    template,
  };
  const annotations = {
    ...object.annotations,
    [kubernetesAnnotations.template]: digestOf(fixed).slice(0, 16),
    [kubernetesAnnotations.width]: String(width),
  };
  return {
    ...kinds.job,
    metadata: metadataOf({ ...object, annotations }),
    spec: { completions: width, parallelism: width, ...fixed },
  };
}

/** The Job of an engine of several nodes: done when the pod 0 is, failed when any pod fails, is evicted or is deleted. */
export function groupJob({
  nodes,
  template,
  ...object
}: ObjectParts & { nodes: number; template: Fields }): KubernetesObject {
  const fixed = {
    completionMode: 'Indexed',
    backoffLimit: 0,
    podReplacementPolicy: 'Failed',
    successPolicy: { rules: [{ succeededIndexes: '0' }] },
    template,
  };
  const annotations = { ...object.annotations, [kubernetesAnnotations.template]: digestOf(fixed).slice(0, 16) };
  return {
    ...kinds.job,
    metadata: metadataOf({ ...object, annotations }),
    spec: { completions: nodes, parallelism: nodes, ...fixed },
  };
}

/** A Job whose one pod is replaced until it succeeds, or exits with a final code. */
export const singleJob = ({
  container,
  suspend,
  template,
  more,
  ...object
}: ObjectParts & { container: string; suspend: boolean; template: Fields; more: Fields }): KubernetesObject => ({
  ...kinds.job,
  metadata: metadataOf(object),
  spec: {
    suspend,
    backoffLimit: manyRetries,
    podReplacementPolicy: 'Failed',
    podFailurePolicy: failurePolicy([container], [exitCodes.configuration, exitCodes.limitBroken]),
    ...more,
    template,
  },
});

/** How a process ends that was killed, or asked to end: its pod had to go, and the training resumes in another one. */
const endedFromOutside = [exitCodes.temporary, 137, 143];
const trainerRetries = 6;

/** A Job whose pod is replaced where it was ended from outside, once it is gone: two never write at the same time. Any other exit code is final. */
export const trainerJobOf = ({
  template,
  timeoutSeconds,
  ...object
}: ObjectParts & { template: Fields; timeoutSeconds?: number }): KubernetesObject => ({
  ...kinds.job,
  metadata: metadataOf(object),
  spec: {
    backoffLimit: trainerRetries,
    podReplacementPolicy: 'Failed',
    podFailurePolicy: {
      rules: [
        { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
        { action: 'FailJob', onExitCodes: { operator: 'NotIn', values: endedFromOutside } },
      ],
    },
    ...(timeoutSeconds === undefined ? {} : { activeDeadlineSeconds: timeoutSeconds }),
    template,
  },
});

export const configMap = ({
  data,
  ...object
}: ObjectParts & { data: Readonly<Record<string, string>> }): KubernetesObject => ({
  ...kinds.configMap,
  metadata: metadataOf(object),
  data,
});
