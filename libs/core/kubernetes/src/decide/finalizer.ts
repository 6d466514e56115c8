/** The finalizer keeps a ScoringJob until its pods are gone. */
import { type KubernetesObject, kubernetesFinalizer } from '@proofmill/contract';
import { refOf } from '../objects/kinds.ts';
import type { Action } from './actions.ts';

const finalizersOf = ({ metadata }: KubernetesObject): readonly string[] => metadata.finalizers ?? [];

export const hasFinalizer = (resource: KubernetesObject): boolean =>
  finalizersOf(resource).includes(kubernetesFinalizer);

/** Adds the finalizer where it is missing. */
export const missingFinalizer = (resource: KubernetesObject): Action[] =>
  hasFinalizer(resource) ? [] : [setFinalizers(resource, [...finalizersOf(resource), kubernetesFinalizer])];

export const removeFinalizer = (resource: KubernetesObject): Action =>
  setFinalizers(
    resource,
    finalizersOf(resource).filter((finalizer) => finalizer !== kubernetesFinalizer),
  );

/** With the version, so that finalizers that others add meanwhile are not lost. */
const setFinalizers = (resource: KubernetesObject, finalizers: readonly string[]): Action => ({
  do: 'patch',
  ref: refOf(resource),
  change: { metadata: { resourceVersion: resource.metadata.resourceVersion, finalizers } },
});
