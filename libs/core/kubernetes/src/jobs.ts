/** The Jobs (batch/v1) that the pods belong to. */
import {
  digestOf,
  exitCodes,
  type KubernetesObject,
  kubernetesAnnotations,
  type OwnerReference,
} from '@proofmill/contract';
import type { Fields } from './fields.ts';

/** As many tries as the API knows: what is to end a Job is said by exit codes. */
const manyTries = 2_147_483_647;

/** A pod that gave way to others is no failure, and one that says that trying again is of no use ends the Job. */
const failurePolicy = (containerName: string, final: readonly number[]): Fields => ({
  rules: [
    { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
    { action: 'FailJob', onExitCodes: { containerName, operator: 'In', values: final } },
  ],
});

interface JobParts {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly owner?: OwnerReference | undefined;
  readonly spec: Fields;
}

const jobObject = ({ name, namespace, labels, annotations, owner, spec }: JobParts): KubernetesObject => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: {
    name,
    namespace,
    labels,
    ...(annotations ? { annotations } : {}),
    ...(owner ? { ownerReferences: [owner] } : {}),
  },
  spec,
});

/**
 * A Job with `width` pods that are numbered and each run until they are done. Of its spec only the width can be changed; the
 * annotation says of what the rest is.
 */
export function indexedJob(
  parts: Omit<JobParts, 'spec'> & { width: number; container: string; template: Fields },
): KubernetesObject {
  const { width, container, template, ...rest } = parts;
  const fixed = {
    completionMode: 'Indexed',
    backoffLimitPerIndex: manyTries,
    podReplacementPolicy: 'Failed',
    podFailurePolicy: failurePolicy(container, [exitCodes.configuration]),
    template,
  };
  return jobObject({
    ...rest,
    annotations: { ...rest.annotations, [kubernetesAnnotations.template]: digestOf(fixed).slice(0, 16) },
    spec: { completions: width, parallelism: width, ...fixed },
  });
}

/** The Job of one pod that is to succeed once, whatever happens to its pods. */
export const singleJob = (
  parts: Omit<JobParts, 'spec'> & { container: string; suspend: boolean; template: Fields },
): KubernetesObject => {
  const { container, suspend, template, ...rest } = parts;
  return jobObject({
    ...rest,
    spec: {
      suspend,
      backoffLimit: manyTries,
      podReplacementPolicy: 'Failed',
      podFailurePolicy: failurePolicy(container, [exitCodes.configuration, exitCodes.limitBroken]),
      template,
    },
  });
};

export const configMap = (
  parts: Omit<JobParts, 'spec'> & { data: Readonly<Record<string, string>> },
): KubernetesObject => {
  const { spec: _spec, ...object } = jobObject({ ...parts, spec: {} });
  return { ...object, apiVersion: 'v1', kind: 'ConfigMap', data: parts.data };
};
