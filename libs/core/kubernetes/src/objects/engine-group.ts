/**
 * An engine of several nodes is a group: one Job with a pod on each node. The pod with the index 0 has the worker and rank 0 of the
 * engine, which answers; in the others the worker only keeps the pod, and their rank computes. The Job is done when pod 0 is. The
 * death of any pod fails it, as the ranks of an engine cannot be replaced one by one; the driver then makes the group again.
 */
import {
  type KubernetesObject,
  kubernetesLabels,
  kubernetesNames,
  nodesOf,
  type OwnerReference,
} from '@proofmill/contract';
import type { Fields } from './fields.ts';
import { kinds } from './kinds.ts';
import type { StageOptions } from './stage-spec.ts';
import { specOf } from './stage-spec.ts';

export interface EngineGroup {
  readonly nodes: number;
  /** The number of its worker. */
  readonly worker: number;
  readonly jobName: string;
  readonly serviceName: string;
}

/** The groups of a stage; null where each engine has one node. */
export function engineGroups({ job, stage }: StageOptions): EngineGroup[] | null {
  const { name } = stage.definition;
  const { fleet } = specOf(job, name);
  const nodes = nodesOf(fleet);
  if (nodes === 1) return null;
  return Array.from({ length: fleet.workers }, (_, worker) => ({
    ...{ nodes, worker },
    jobName: kubernetesNames.group(job.metadata.name, name, worker),
    serviceName: kubernetesNames.nodes(job.metadata.name, name),
  }));
}

export const groupLabels = ({ worker }: EngineGroup): Readonly<Record<string, string>> => ({
  [kubernetesLabels.group]: String(worker),
});

/** The number of a pod in its Job, which the Job controller sets. */
export const rankVariable = 'JOB_COMPLETION_INDEX';

/** How the ranks of a vLLM without Ray find each other (vLLM, "Parallelism and Scaling": multi-node with multiprocessing). */
export const nodeArguments = ({ nodes, jobName, serviceName }: EngineGroup): string[] => [
  ...['--nnodes', String(nodes), '--node-rank', `$(${rankVariable})`],
  ...['--master-addr', `${jobName}-0.${serviceName}`],
];

/** Gives the pods of all groups of a stage a name each, also before they are ready: they become ready only together. */
export const nodesService = (
  { serviceName }: EngineGroup,
  parts: {
    readonly namespace: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly owner: OwnerReference;
  },
): KubernetesObject => ({
  ...kinds.service,
  metadata: { name: serviceName, namespace: parts.namespace, labels: parts.labels, ownerReferences: [parts.owner] },
  spec: { clusterIP: 'None', publishNotReadyAddresses: true, selector: parts.labels },
});

/** What of a pod's spec makes it one of a group. */
export const groupSpec = ({ serviceName }: EngineGroup): Fields => ({ subdomain: serviceName });
