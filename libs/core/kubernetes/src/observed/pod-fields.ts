/** The fields of pods and events that the rest of this folder reads. */
import { type KubernetesObject, kubernetesLabels } from '@proofmill/contract';
import { fetchContainerName } from '../objects/weights-mount.ts';

export interface Terminated {
  readonly exitCode: number;
  readonly reason?: string;
  readonly message?: string;
}

interface ContainerState {
  readonly waiting?: { readonly reason?: string; readonly message?: string };
  readonly running?: object;
  readonly terminated?: Terminated;
}

export interface ContainerStatus {
  readonly name: string;
  readonly image?: string;
  readonly ready?: boolean;
  readonly started?: boolean;
  readonly restartCount?: number;
  readonly state?: ContainerState;
  readonly lastState?: ContainerState;
}

interface Container {
  readonly name: string;
  readonly image?: string;
  readonly resources?: { readonly limits?: Readonly<Record<string, string>> };
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

interface PodFields {
  readonly spec?: { readonly containers?: readonly Container[]; readonly initContainers?: readonly Container[] };
  readonly status?: {
    readonly phase?: string;
    readonly reason?: string;
    readonly message?: string;
    readonly conditions?: readonly Condition[];
    readonly containerStatuses?: readonly ContainerStatus[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
  };
}

export interface Pod {
  readonly name: string;
  readonly uid: string;
  readonly component: string;
  readonly stage: string;
  /** Its number in an Indexed Job. */
  readonly index: string;
  /** The number of its worker, where an engine takes several nodes; else empty. */
  readonly group: string;
  readonly createdAt: string;
  readonly isGoing: boolean;
  readonly phase: string;
  readonly isReady: boolean;
  /** Why the pod as a whole ended, where none of its containers caused it. */
  readonly message: string;
  readonly conditions: readonly Condition[];
  readonly init: readonly ContainerStatus[];
  readonly main: readonly ContainerStatus[];
  readonly containers: readonly Container[];
}

const indexLabel = 'batch.kubernetes.io/job-completion-index';

export function podOf(object: KubernetesObject): Pod {
  const { metadata } = object;
  const { spec = {}, status = {} } = object as PodFields;
  const labels = metadata.labels ?? {};
  const conditions = status.conditions ?? [];
  return {
    name: metadata.name,
    uid: metadata.uid ?? '',
    component: labels[kubernetesLabels.component] ?? '',
    stage: labels[kubernetesLabels.stage] ?? '',
    index: labels[indexLabel] ?? '',
    group: labels[kubernetesLabels.group] ?? '',
    createdAt: metadata.creationTimestamp ?? '',
    isGoing: metadata.deletionTimestamp !== undefined,
    phase: status.phase ?? '',
    isReady: conditions.some(({ type, status: value }) => type === 'Ready' && value === 'True'),
    message: status.message ?? status.reason ?? '',
    conditions,
    init: status.initContainerStatuses ?? [],
    main: status.containerStatuses ?? [],
    containers: [...(spec.initContainers ?? []), ...(spec.containers ?? [])],
  };
}

/** Containers with exit codes of ours: the role, and what fetches its weights out of the object store. Engines exit with any. */
export const ownContainers = ({ main, init }: Pod): readonly ContainerStatus[] => [
  ...main,
  ...init.filter(({ name }) => name === fetchContainerName),
];

export interface KubernetesEvent {
  readonly uid: string;
  readonly kind: string;
  readonly name: string;
  readonly reason: string;
  readonly message: string;
  readonly isWarning: boolean;
  readonly at: string;
}

export function eventOf(object: KubernetesObject): KubernetesEvent {
  const { involvedObject, reason, message, type, lastTimestamp, eventTime } = object as {
    involvedObject?: { uid?: string; kind?: string; name?: string };
    reason?: string;
    message?: string;
    type?: string;
    lastTimestamp?: string | null;
    eventTime?: string | null;
  };
  return {
    uid: involvedObject?.uid ?? '',
    kind: involvedObject?.kind ?? '',
    name: involvedObject?.name ?? '',
    reason: reason ?? '',
    message: message ?? '',
    isWarning: type === 'Warning',
    at: lastTimestamp ?? eventTime ?? object.metadata.creationTimestamp ?? '',
  };
}
