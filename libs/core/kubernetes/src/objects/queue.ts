/** Kueue: a Job with one of its labels is suspended and resumed by Kueue, and by nobody else. */
import type { KubernetesObject } from '@proofmill/contract';

type Labelled = { readonly metadata: { readonly labels?: Readonly<Record<string, string>> | undefined } };

/** The labels that Kueue reads. */
export const queueLabels = ({ metadata }: Labelled): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(metadata.labels ?? {}).filter(([label]) => label.startsWith('kueue.x-k8s.io/')));

export const isQueued = (job: KubernetesObject): boolean => Object.keys(queueLabels(job)).length > 0;
