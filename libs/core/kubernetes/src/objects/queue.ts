/**
 * Kueue: a Job with the name of a queue is suspended and resumed by Kueue, and by nobody else. The label is ours where the ScoringJob
 * has it, and Kueue's where the namespace has a LocalQueue named `default`: a webhook puts that name on every new Job whose controller
 * is not itself a kind that Kueue manages.
 */
import type { Job, KubernetesObject } from '@proofmill/contract';

type Marks = Readonly<Record<string, string>> | undefined;

const prefix = 'kueue.x-k8s.io/';

const ofKueue = (marks: Marks): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(marks ?? {}).filter(([name]) => name.startsWith(prefix)));

/** The labels and the annotations that Kueue reads. */
export const queueMarks = ({
  metadata,
}: {
  readonly metadata: { readonly labels?: Marks; readonly annotations?: Marks };
}): { readonly labels: Readonly<Record<string, string>>; readonly annotations: Readonly<Record<string, string>> } => ({
  labels: ofKueue(metadata.labels),
  annotations: ofKueue(metadata.annotations),
});

/** The name of the queue that a Job is in; null for one that Kueue leaves alone. */
export const queueOf = ({ metadata }: KubernetesObject): string | null =>
  metadata.labels?.[`${prefix}queue-name`] || null;

export const isQueued = (job: KubernetesObject): boolean => queueOf(job) !== null;

const minimum = `${prefix}job-min-parallelism`;
const equalCompletions = `${prefix}job-completions-equal-parallelism`;

/**
 * The annotations of a Job of so many workers. Where fewer may be admitted, its completions follow: otherwise the slot of a worker that
 * has ended would go to the next number, and its quota would not be given back. Kueue refuses a minimum that is not below the width, so
 * a stage that is no wider is admitted whole.
 */
export function queueAnnotations(job: Job, width: number): Readonly<Record<string, string>> {
  const { [minimum]: least, ...others } = queueMarks(job).annotations;
  if (least === undefined || Number(least) >= width) return others;
  return { [equalCompletions]: 'true', ...others, [minimum]: least };
}

/** Kueue may have admitted fewer workers than the Job wants; it then refuses another width while they run. */
export const isPartlyAdmissible = ({ metadata }: KubernetesObject): boolean =>
  metadata.annotations?.[minimum] !== undefined;

/** Why the workers of a Job wait, in Kueue's words; null where its Workload says nothing. */
export function waitingReason(workloads: readonly KubernetesObject[]): string | null {
  for (const { status } of workloads as readonly { readonly status?: WorkloadStatus }[]) {
    const conditions = status?.conditions ?? [];
    const reserved = conditions.find(({ type }) => type === 'QuotaReserved');
    if (reserved?.status === 'False' && reserved.message) return reserved.message;
    const checks = (status?.admissionChecks ?? []).filter(({ state }) => state !== 'Ready');
    if (checks.length > 0) return `waiting for ${checks.map(({ name, message }) => message || name).join(', ')}`;
  }
  return null;
}

interface WorkloadStatus {
  readonly conditions?: readonly { readonly type: string; readonly status: string; readonly message?: string }[];
  readonly admissionChecks?: readonly { readonly name: string; readonly state: string; readonly message?: string }[];
}

/** The label by which the Workload of a Job is found. */
export const workloadLabels = ({ metadata }: KubernetesObject): Readonly<Record<string, string>> => ({
  [`${prefix}job-uid`]: metadata.uid ?? '',
});
